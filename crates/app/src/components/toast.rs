//! Short notes about what happened in the background; everything else is said where it arose.

use super::icon::{Icon, Sign};
use gloo::timers::callback::Timeout;
use midge_view::Problem;
use std::rc::Rc;
use yew::prelude::*;

const SHOWN_MS: u32 = 8_000;
const AT_ONCE: usize = 4;

/// One note.
#[derive(Clone, PartialEq)]
struct Toast {
    id: u32,
    text: Rc<str>,
}

/// The notes on screen.
#[derive(Default, PartialEq)]
pub struct ToastList {
    next: u32,
    toasts: Vec<Toast>,
}

/// What happens to the notes.
pub enum ToastAction {
    /// Another one.
    Say(Rc<str>),
    /// One goes.
    Dismiss(u32),
}

impl Reducible for ToastList {
    type Action = ToastAction;

    fn reduce(self: Rc<Self>, action: ToastAction) -> Rc<Self> {
        match action {
            ToastAction::Say(text) => {
                // The same note again is the same note.
                let mut toasts: Vec<_> = self
                    .toasts
                    .iter()
                    .filter(|toast| toast.text != text)
                    .cloned()
                    .collect();
                toasts.push(Toast {
                    id: self.next,
                    text,
                });
                let surplus = toasts.len().saturating_sub(AT_ONCE);
                toasts.drain(..surplus);
                Rc::new(Self {
                    next: self.next + 1,
                    toasts,
                })
            }
            ToastAction::Dismiss(id) => Rc::new(Self {
                next: self.next,
                toasts: self
                    .toasts
                    .iter()
                    .filter(|toast| toast.id != id)
                    .cloned()
                    .collect(),
            }),
        }
    }
}

/// Says things; cheap to clone.
#[derive(Clone, PartialEq)]
pub struct Toasts(UseReducerDispatcher<ToastList>);

impl Toasts {
    /// The notes' voice, for the frame to provide.
    pub fn new(dispatcher: UseReducerDispatcher<ToastList>) -> Self {
        Self(dispatcher)
    }

    /// Says something.
    pub fn say(&self, text: &str) {
        self.0.dispatch(ToastAction::Say(Rc::from(text)));
    }

    /// Says what went wrong and the first thing to try.
    pub fn problem(&self, problem: &Problem) {
        match problem.try_next.first() {
            Some(hint) => self.say(&format!("{} {hint}", problem.what)),
            None => self.say(&problem.what),
        }
    }
}

/// The way to say something.
///
/// # Panics
/// Outside the page's frame, which provides it.
#[hook]
pub fn use_toasts() -> Toasts {
    use_context::<Toasts>().expect("the frame provides the toasts")
}

/// Properties of [`ToastShelf`].
#[derive(PartialEq, Properties)]
pub struct ToastShelfProps {
    /// The notes.
    pub list: UseReducerHandle<ToastList>,
}

/// Where the notes stand.
#[component]
pub fn ToastShelf(props: &ToastShelfProps) -> Html {
    html! {
        <div class="toasts" role="log" aria-label="Notes" aria-live="polite">
            { for props.list.toasts.iter().map(|toast| {
                let dismiss = {
                    let (list, id) = (props.list.dispatcher(), toast.id);
                    Callback::from(move |()| list.dispatch(ToastAction::Dismiss(id)))
                };
                html! { <ToastNote key={toast.id} text={Rc::clone(&toast.text)} {dismiss} /> }
            }) }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct ToastNoteProps {
    text: Rc<str>,
    dismiss: Callback<()>,
}

#[component]
fn ToastNote(props: &ToastNoteProps) -> Html {
    {
        let dismiss = props.dismiss.clone();
        use_effect_with((), move |()| {
            let timeout = Timeout::new(SHOWN_MS, move || dismiss.emit(()));
            move || drop(timeout)
        });
    }
    let onclick = props.dismiss.reform(|_: MouseEvent| ());
    html! {
        <div class="toast">
            <span>{&*props.text}</span>
            <button type="button" class="icon-button" aria-label="Dismiss this note" {onclick}>
                <Icon sign={Sign::Close} />
            </button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_note_is_shown_once_and_old_ones_make_room() {
        let mut list = Rc::new(ToastList::default());
        for text in ["a", "b", "a", "c", "d", "e"] {
            list = list.reduce(ToastAction::Say(Rc::from(text)));
        }
        let texts: Vec<_> = list.toasts.iter().map(|toast| &*toast.text).collect();
        assert_eq!(texts, ["a", "c", "d", "e"]);
        let first = list.toasts[0].id;
        list = list.reduce(ToastAction::Dismiss(first));
        assert_eq!(list.toasts.len(), 3);
    }
}
