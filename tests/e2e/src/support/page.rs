//! The page, or a part of it, as a person finds it: by roles and accessible names.
//!
//! A name is compared exactly; a name between slashes is a regular expression in any case; the empty name is any name.

use fantoccini::Client;
use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::elements::{Element, ElementRef};
use serde_json::{Value, json};

use super::place;
use super::wait::{eventually, soon};

const FIND: &str = include_str!("find.js");
/// WebDriver's name for "this value is an element".
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// WebDriver's letters for keys that write nothing.
const CONTROL: char = '\u{e009}';
const DELETE: char = '\u{e017}';
const RELEASE: char = '\u{e000}';

/// A part of the page; the part without an element is the whole page.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    client: Client,
    element: Option<Element>,
}

impl Part {
    /// The whole page.
    pub(crate) fn whole(client: Client) -> Self {
        Self {
            client,
            element: None,
        }
    }

    /// Waits for the part with this role and name, the first when there are several.
    pub(crate) async fn part(&self, role: &str, name: &str) -> Self {
        let found = soon(async || self.parts(role, name).await.into_iter().next()).await;
        match found {
            Some(part) => part,
            None => {
                self.give_up(&format!("there is no {role} \"{name}\""))
                    .await
            }
        }
    }

    /// Fails with what is here, and with a picture of the page.
    pub(crate) async fn give_up(&self, what: &str) -> ! {
        let thread = std::thread::current();
        let test = thread.name().unwrap_or("test").replace("::", "-");
        let picture = place::screenshots().join(format!("failed-{test}.png"));
        if let Ok(bytes) = self.client.screenshot().await {
            let _ = std::fs::create_dir_all(place::screenshots());
            let _ = std::fs::write(&picture, bytes);
        }
        panic!(
            "{what}, but:\n{}\nPicture: {}",
            self.outline().await,
            picture.display()
        )
    }

    /// The parts with this role and name that are there at this moment.
    pub(crate) async fn parts(&self, role: &str, name: &str) -> Vec<Self> {
        let script = format!("{FIND}\nreturn find(arguments[0], arguments[1], arguments[2]);");
        self.found_by(&script, role, name).await
    }

    async fn found_by(&self, script: &str, role: &str, name: &str) -> Vec<Self> {
        let arguments = vec![self.reference(), json!(role), json!(name)];
        // The page may be on its way to another place; then nothing is there.
        let answer = self.client.execute(script, arguments).await;
        let elements = answer.unwrap_or(Value::Null);
        let elements = elements.as_array().cloned().unwrap_or_default();
        elements
            .iter()
            .filter_map(|element| element[ELEMENT].as_str())
            .map(|id| self.at(id))
            .collect()
    }

    /// True when such a part is there at this moment.
    pub(crate) async fn has(&self, role: &str, name: &str) -> bool {
        !self.parts(role, name).await.is_empty()
    }

    /// Waits until no such part is there.
    pub(crate) async fn gone(&self, role: &str, name: &str) {
        eventually(&format!("no {role} \"{name}\""), async || {
            !self.has(role, name).await
        })
        .await;
    }

    /// Clicks the part with this role and name, once it is there.
    pub(crate) async fn click_on(&self, role: &str, name: &str) {
        let mut failure = String::new();
        // The page may draw the part anew between finding and clicking it; then it is found again.
        let clicked = soon(
            async || match self.part(role, name).await.try_click().await {
                Ok(()) => Some(()),
                Err(error) => {
                    failure = error;
                    None
                }
            },
        )
        .await;
        if clicked.is_none() {
            self.give_up(&format!("{role} \"{name}\" cannot be clicked: {failure}"))
                .await;
        }
    }

    /// Clicks the middle one of those with this role and name that are in view, away from what floats over the ends of a
    /// list, and gives its name. A list may draw its rows anew at any time; then they are found again.
    pub(crate) async fn click_in_the_middle(&self, role: &str, name: &str) -> String {
        let clicked = soon(async || {
            let parts = self.parts_in_view(role, name).await;
            let middle = parts.get(parts.len() / 2)?;
            let name = middle.name().await;
            middle.try_click().await.ok().map(|()| name)
        })
        .await;
        match clicked {
            Some(name) => name,
            None => {
                self.give_up(&format!("no {role} \"{name}\" in view can be clicked"))
                    .await
            }
        }
    }

    /// The parts with this role and name that can be seen where this part scrolls, in the order of the document.
    pub(crate) async fn parts_in_view(&self, role: &str, name: &str) -> Vec<Self> {
        let script = format!(
            "{FIND}\nconst edges = (arguments[0].closest('.virtual-view') ?? arguments[0]).getBoundingClientRect();\
             return find(arguments[0], arguments[1], arguments[2]).filter((part) => {{\
                 const place = part.getBoundingClientRect();\
                 return place.top >= edges.top && place.bottom <= edges.bottom; }});"
        );
        self.found_by(&script, role, name).await
    }

    pub(crate) async fn click(&self) {
        self.try_click().await.expect("the part can be clicked");
    }

    /// Clicks it if it can be clicked: to WebDriver a click on a disabled button is a click like any other.
    async fn try_click(&self) -> Result<(), String> {
        let disabled = "return arguments[0].matches(':disabled, [aria-disabled=true]');";
        if self.ask(disabled).await == json!(true) {
            return Err("it is disabled".to_owned());
        }
        let clicked = self.element().click().await;
        clicked.map_err(|error| error.to_string())
    }

    /// The text that is seen.
    pub(crate) async fn text(&self) -> String {
        let script =
            "return (arguments[0] ?? document.body).innerText ?? arguments[0].textContent;";
        self.script(script, vec![self.reference()])
            .await
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// The accessible name.
    pub(crate) async fn name(&self) -> String {
        let script = format!("{FIND}\nreturn nameOf(arguments[0]);");
        let name = self.script(&script, vec![self.reference()]).await;
        name.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the text holds `part`, in any case.
    pub(crate) async fn says(&self, part: &str) {
        let wanted = part.to_lowercase();
        let said = soon(async || {
            let text = self.text().await.to_lowercase();
            text.contains(&wanted).then_some(())
        })
        .await;
        if said.is_none() {
            panic!("`{part}` is not said here:\n{}", self.text().await);
        }
    }

    pub(crate) async fn attribute(&self, name: &str) -> Option<String> {
        self.element().attr(name).await.ok().flatten()
    }

    /// What a field holds.
    pub(crate) async fn value(&self) -> String {
        let value = self.element().prop("value").await;
        value.ok().flatten().unwrap_or_default()
    }

    /// True for a box that is ticked and a switch that is on.
    pub(crate) async fn is_on(&self) -> bool {
        let script =
            "return arguments[0].checked ?? arguments[0].getAttribute('aria-checked') === 'true';";
        self.script(script, vec![self.reference()]).await == json!(true)
    }

    /// Replaces what the named field holds, by typing.
    pub(crate) async fn fill(&self, role: &str, name: &str, text: &str) {
        let field = self.part(role, name).await;
        let all = format!("{CONTROL}a{RELEASE}{DELETE}");
        field.press(&all).await;
        field.press(text).await;
        eventually(&format!("{role} \"{name}\" holds `{text}`"), async || {
            field.value().await == text
        })
        .await;
    }

    /// Types keys into this part.
    pub(crate) async fn press(&self, keys: &str) {
        self.element()
            .send_keys(keys)
            .await
            .expect("the part takes keys");
    }

    /// Chooses an option of the named list.
    pub(crate) async fn choose(&self, name: &str, option: &str) {
        let list = self.part("combobox", name).await;
        list.click_on("option", option).await;
    }

    /// Ticks the named box, or unticks it.
    pub(crate) async fn tick(&self, name: &str, on: bool) {
        let ticked = self.part("checkbox", name).await;
        if ticked.is_on().await != on {
            ticked.click().await;
        }
        eventually(&format!("\"{name}\" is {on}"), async || {
            ticked.is_on().await == on
        })
        .await;
    }

    /// Puts the pointer over this part.
    pub(crate) async fn hover(&self) {
        let actions = MouseActions::new("mouse".to_owned()).then(PointerAction::MoveToElement {
            element: self.element().clone(),
            duration: None,
            x: 0.,
            y: 0.,
        });
        self.client.perform_actions(actions).await.unwrap();
    }

    /// Presses at this part's middle whatever is drawn there, as a person with a mouse does.
    pub(crate) async fn press_with_mouse(&self) {
        self.hover().await;
        let actions = MouseActions::new("mouse".to_owned())
            .then(PointerAction::Down {
                button: MOUSE_BUTTON_LEFT,
            })
            .then(PointerAction::Up {
                button: MOUSE_BUTTON_LEFT,
            });
        self.client.perform_actions(actions).await.unwrap();
    }

    /// The roles and names of what is here, for a message.
    pub(crate) async fn outline(&self) -> String {
        let script = format!("{FIND}\nreturn outline(arguments[0]);");
        let outline = self.script(&script, vec![self.reference()]).await;
        outline.as_str().unwrap_or("nothing").to_owned()
    }

    /// Runs a script in the page with this part as its first argument.
    pub(crate) async fn ask(&self, script: &str) -> Value {
        self.script(script, vec![self.reference()]).await
    }

    /// The one element that a script gives back.
    pub(crate) async fn child(&self, script: &str) -> Self {
        let found = self.ask(script).await;
        let id = found[ELEMENT]
            .as_str()
            .expect("the script gives an element");
        self.at(id)
    }

    fn at(&self, id: &str) -> Self {
        let reference = ElementRef::from(id.to_owned());
        Self {
            client: self.client.clone(),
            element: Some(Element::from_element_id(self.client.clone(), reference)),
        }
    }

    async fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        let answer = self.client.execute(script, arguments).await;
        answer.unwrap_or(Value::Null)
    }

    /// WebDriver's reference to this part.
    pub(crate) fn id(&self) -> String {
        self.element().element_id().as_ref().to_owned()
    }

    fn element(&self) -> &Element {
        self.element.as_ref().expect("the whole page is no control")
    }

    fn reference(&self) -> Value {
        match &self.element {
            Some(element) => json!({ ELEMENT: element.element_id().as_ref() }),
            None => Value::Null,
        }
    }
}
