//! Fields of the Workbench's forms: a label, a control, and what is said about it beneath.

use midge_view::QoS;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// What is said about a field.
#[derive(Clone, PartialEq)]
pub(super) struct Hint {
    /// Whether it is a fault.
    pub fault: bool,
    /// In words.
    pub text: AttrValue,
}

/// Properties of [`TextField`].
#[derive(PartialEq, Properties)]
pub(super) struct TextFieldProps {
    /// The element's id, unlike any other on the page.
    pub id: AttrValue,
    /// Its name.
    pub label: AttrValue,
    /// What is in it.
    pub value: AttrValue,
    /// What it becomes.
    pub oninput: Callback<String>,
    /// `text`, `password` or `number`.
    #[prop_or(AttrValue::Static("text"))]
    pub kind: AttrValue,
    /// An example, shown while it is empty.
    #[prop_or_default]
    pub placeholder: AttrValue,
    /// What is said about it.
    #[prop_or_default]
    pub hints: Vec<Hint>,
    /// Whether it holds topics, ids or addresses.
    #[prop_or_default]
    pub code: bool,
    /// Whether it cannot be changed.
    #[prop_or_default]
    pub disabled: bool,
    /// A button beside it.
    #[prop_or_default]
    pub children: Html,
}

/// One line of text.
#[component]
pub(super) fn TextField(props: &TextFieldProps) -> Html {
    let oninput = props
        .oninput
        .reform(|event: InputEvent| event.target_unchecked_into::<HtmlInputElement>().value());
    let hints_id = format!("{}-hints", props.id);
    let is_faulty = props.hints.iter().any(|hint| hint.fault);
    html! {
        <div class="field">
            <label for={props.id.clone()}>{props.label.clone()}</label>
            <div class="field-control">
                <input id={props.id.clone()} type={props.kind.clone()} value={props.value.clone()} {oninput}
                    class={classes!(props.code.then_some("mono"))} placeholder={props.placeholder.clone()}
                    disabled={props.disabled} aria-invalid={is_faulty.then_some("true")}
                    aria-describedby={(!props.hints.is_empty()).then(|| hints_id.clone())}
                    autocomplete="off" autocapitalize="off" spellcheck="false" min={(props.kind == "number").then_some("0")} />
                {props.children.clone()}
            </div>
            <Hints id={hints_id} hints={props.hints.clone()} />
        </div>
    }
}

/// Properties of [`Hints`].
#[derive(PartialEq, Properties)]
pub(super) struct HintsProps {
    /// The element's id, for the control's `aria-describedby`.
    pub id: AttrValue,
    /// What is said.
    pub hints: Vec<Hint>,
}

/// What is said about a field.
#[component]
pub(super) fn Hints(props: &HintsProps) -> Html {
    if props.hints.is_empty() {
        return Html::default();
    }
    html! {
        <div id={props.id.clone()} class="field-hints">
            { for props.hints.iter().map(|hint| html! {
                <p class={if hint.fault { "field-fault" } else { "field-doubt" }}>{hint.text.clone()}</p>
            }) }
        </div>
    }
}

/// Properties of [`CheckField`].
#[derive(PartialEq, Properties)]
pub(super) struct CheckFieldProps {
    /// Its name.
    pub label: AttrValue,
    /// Whether it is ticked.
    pub checked: bool,
    /// What it becomes.
    pub onchange: Callback<bool>,
    /// What it means, where the name does not say it all.
    #[prop_or_default]
    pub meaning: Option<AttrValue>,
    /// Whether it cannot be changed.
    #[prop_or_default]
    pub disabled: bool,
}

/// Something to tick.
#[component]
pub(super) fn CheckField(props: &CheckFieldProps) -> Html {
    let onchange = props
        .onchange
        .reform(|event: Event| event.target_unchecked_into::<HtmlInputElement>().checked());
    html! {
        <div class="check-field">
            <label class="check">
                <input type="checkbox" checked={props.checked} disabled={props.disabled} {onchange} />
                <span>{props.label.clone()}</span>
            </label>
            if let Some(meaning) = &props.meaning {
                <p class="field-doubt">{meaning.clone()}</p>
            }
        </div>
    }
}

/// Properties of [`QosField`].
#[derive(PartialEq, Properties)]
pub(super) struct QosFieldProps {
    /// The element's id, unlike any other on the page.
    pub id: AttrValue,
    /// Its name.
    #[prop_or(AttrValue::Static("QoS"))]
    pub label: AttrValue,
    /// The level.
    pub qos: QoS,
    /// What it becomes.
    pub onchange: Callback<QoS>,
}

/// A choice of QoS.
#[component]
pub(super) fn QosField(props: &QosFieldProps) -> Html {
    let onchange = props.onchange.reform(|event: Event| {
        let value = event.target_unchecked_into::<HtmlSelectElement>().value();
        value
            .parse()
            .ok()
            .and_then(QoS::from_bits)
            .unwrap_or_default()
    });
    html! {
        <div class="field qos-field">
            <label for={props.id.clone()}>{props.label.clone()}</label>
            <select id={props.id.clone()} {onchange}>
                { for QoS::ALL.iter().map(|&qos| {
                    let level = (qos as u8).to_string();
                    html! { <option key={level.clone()} value={level.clone()} selected={props.qos == qos}>{level.clone()}</option> }
                }) }
            </select>
        </div>
    }
}
