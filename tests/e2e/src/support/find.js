// Finds elements by role and accessible name, as assistive technology sees them. Evaluated in the page before each
// question; `find(root, role, name)` gives the elements in the order of the document.

const inputRoles = {
  button: "button", checkbox: "checkbox", color: "color", email: "textbox", file: "button", image: "button",
  number: "spinbutton",
  password: "password", radio: "radio", range: "slider", reset: "button", search: "searchbox", submit: "button",
  tel: "textbox", text: "textbox", url: "textbox",
};
const tagRoles = {
  ARTICLE: "article", ASIDE: "complementary", BUTTON: "button", DETAILS: "group", DIALOG: "dialog", FIELDSET: "group",
  FORM: "form", H1: "heading", H2: "heading", H3: "heading", H4: "heading", H5: "heading", H6: "heading",
  LI: "listitem", MAIN: "main", NAV: "navigation", OL: "list", OPTION: "option", OUTPUT: "status",
  PROGRESS: "progressbar", SECTION: "region", SELECT: "combobox", SUMMARY: "button", TABLE: "table", TBODY: "rowgroup",
  TEXTAREA: "textbox", TH: "columnheader", THEAD: "rowgroup", TR: "row", UL: "list",
};
const namedByContent = new Set([
  "button", "cell", "checkbox", "columnheader", "gridcell", "heading", "link", "listitem", "menuitem", "option", "radio",
  "row", "rowheader", "switch", "tab", "treeitem",
]);

// White space and the shape of apostrophes do not count.
const collapse = (text) => (text ?? "").replace(/\s+/g, " ").replaceAll("’", "'").trim();

function roleOf(element) {
  const said = element.getAttribute("role");
  if (said) return said.trim().split(/\s+/)[0];
  const tag = element.tagName.toUpperCase();
  if (tag === "A") return element.hasAttribute("href") ? "link" : "";
  if (tag === "INPUT") return inputRoles[element.type] ?? "textbox";
  if (tag === "HEADER") return element.closest("main, article, section, aside, nav") ? "" : "banner";
  if (tag === "TD") return element.closest("[role=grid], [role=treegrid]") ? "gridcell" : "cell";
  return tagRoles[tag] ?? "";
}

function nameOf(element) {
  const by = element.getAttribute("aria-labelledby");
  if (by) return collapse(by.split(/\s+/).map((id) => document.getElementById(id)?.textContent).join(" "));
  const said = collapse(element.getAttribute("aria-label"));
  if (said) return said;
  if (element.labels?.length) return collapse([...element.labels].map((label) => label.textContent).join(" "));
  const inner = { FIELDSET: "legend", TABLE: "caption", DETAILS: "summary" }[element.tagName];
  if (inner) return collapse(element.querySelector(inner)?.textContent);
  const title = [...element.children].find((child) => child.tagName.toLowerCase() === "title");
  if (title) return collapse(title.textContent);
  if (namedByContent.has(roleOf(element))) return collapse(element.textContent);
  return collapse(element.getAttribute("title") ?? element.getAttribute("placeholder"));
}

function isThere(element) {
  if (element.closest("[aria-hidden=true], [inert]")) return false;
  // The options of a list that is folded up can be chosen all the same.
  const seen = element.tagName === "OPTION" ? element.closest("select") : element;
  return seen.checkVisibility({ visibilityProperty: true });
}

function matches(name, wanted) {
  if (wanted === "") return true;
  if (wanted.length > 1 && wanted.startsWith("/") && wanted.endsWith("/")) {
    return new RegExp(wanted.slice(1, -1), "i").test(name);
  }
  return name === wanted;
}

function find(root, role, name) {
  return [...(root ?? document).querySelectorAll("*")].filter(
    (element) => roleOf(element) === role && matches(nameOf(element), name) && isThere(element),
  );
}

// Everything that has a role, as indented lines: shown when a test does not find what it looks for.
function outline(root) {
  const lines = [];
  const walk = (element, depth) => {
    const role = roleOf(element);
    const shown = role && role !== "rowgroup" && isThere(element);
    if (shown) lines.push(`${"  ".repeat(depth)}${role} "${nameOf(element).slice(0, 90)}"`);
    for (const child of element.children) walk(child, depth + (shown ? 1 : 0));
  };
  walk(root ?? document.body, 0);
  return lines.slice(0, 250).join("\n");
}
