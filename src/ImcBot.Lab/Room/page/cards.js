// Draws Adaptive Cards as Teams does, and keeps what a person typed or opened when the bot edits a card under their hands.
import { markdown } from "./text.js";

const library = () => globalThis.AdaptiveCards;

export const canDraw = () => library() !== undefined;

const dark = globalThis.matchMedia("(prefers-color-scheme: dark)");

const tone = (value) => ({ default: value, subtle: value });

function colours() {
  return dark.matches
    ? { text: { default: "#ffffff", subtle: "#adadad" }, dark: tone("#8f8f8f"), light: tone("#ffffff"), accent: tone("#a9adff"), good: tone("#92c353"), warning: tone("#f8d22a"), attention: tone("#ff8a8f") }
    : { text: { default: "#242424", subtle: "#616161" }, dark: tone("#242424"), light: tone("#616161"), accent: tone("#4f52b2"), good: tone("#107c10"), warning: tone("#8a5a00"), attention: tone("#b3261e") };
}

function container(background, border) {
  const { text, ...others } = colours();
  return { backgroundColor: background, borderColor: border, foregroundColors: { default: text, ...others } };
}

function hostConfig() {
  const night = dark.matches;
  return new (library().HostConfig)({
    supportsInteractivity: true,
    fontFamily: "inherit",
    fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 22 },
    fontWeights: { lighter: 300, default: 400, bolder: 600 },
    lineHeights: { small: 16, default: 20, medium: 22, large: 24, extraLarge: 28 },
    spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 16 },
    separator: { lineThickness: 1, lineColor: night ? "#3d3d3d" : "#e0e0e0" },
    imageSizes: { small: 32, medium: 52, large: 100 },
    containerStyles: {
      default: container("transparent", night ? "#3d3d3d" : "#e0e0e0"),
      emphasis: container(night ? "#1f1f1f" : "#f5f5f5", night ? "#3d3d3d" : "#e0e0e0"),
      good: container(night ? "#0f2a12" : "#edf7ed", night ? "#2f6b33" : "#a7d7a8"),
      warning: container(night ? "#332b00" : "#fff6db", night ? "#6b5b00" : "#ecd27a"),
      attention: container(night ? "#3a1416" : "#fdecec", night ? "#7a2e31" : "#f0b3b5"),
      accent: container(night ? "#26284a" : "#eef0ff", night ? "#4a4d8a" : "#c5c9f5"),
    },
    actions: {
      maxActions: 6, spacing: "default", buttonSpacing: 8, actionsOrientation: "horizontal", actionAlignment: "left",
      showCard: { actionMode: "inline", inlineTopMargin: 12, style: "emphasis" },
    },
    textBlock: { headingLevel: 3 },
    adaptiveCard: { allowCustomStyle: false },
    inputs: { label: { requiredInputs: { weight: "bolder", suffix: " *", suffixColor: "attention" }, optionalInputs: { weight: "bolder" } }, errorMessage: { color: "attention" } },
    factSet: { title: { weight: "bolder", wrap: true, maxWidth: 160 }, value: { wrap: true }, spacing: 12 },
    table: { cellSpacing: 6 },
  });
}

function withTyped(node, typed) {
  if (Array.isArray(node)) return node.map((item) => withTyped(item, typed));
  if (node === null || typeof node !== "object") return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withTyped(value, typed)]));
  if (typeof copy.type === "string" && copy.type.startsWith("Input.") && typed.has(copy.id)) copy.value = typed.get(copy.id);
  return copy;
}

/** What the person did to a drawn card so far: typed values, opened parts, where the focus is. */
function remember(place) {
  const inputs = place.card?.getAllInputs() ?? [];
  return {
    typed: new Map(inputs.filter((input) => input.isDirty?.() ?? input.isSet()).map((input) => [input.id, input.value])),
    opened: [...place.querySelectorAll("button[aria-expanded=true]")].map((button) => button.textContent),
    focus: inputs.find((input) => input.renderedElement?.contains(document.activeElement))?.id,
  };
}

/** Draws `json` into `place` (again); `act` gets {type, title, verb, id, data} when a button is pressed. */
export function draw(place, json, act) {
  if (!canDraw()) {
    place.textContent = json.fallbackText ?? "(a card that cannot be drawn here)";
    return;
  }
  const { AdaptiveCard, ExecuteAction, SubmitAction, OpenUrlAction, SerializationContext, Versions } = library();
  AdaptiveCard.onProcessMarkdown = (text, result) => { result.outputHtml = markdown(text); result.didProcess = true; };
  const before = remember(place);
  const card = new AdaptiveCard();
  card.hostConfig = hostConfig();
  card.parse(withTyped(json, before.typed), new SerializationContext(Versions.v1_5));
  card.onExecuteAction = (action) => {
    if (action instanceof OpenUrlAction) window.open(action.url, "_blank", "noopener");
    else if (action instanceof SubmitAction || action instanceof ExecuteAction)
      act({ type: action.getJsonTypeName(), title: action.title, verb: action.verb, id: action.id, data: action.data ?? {} });
  };
  place.replaceChildren(card.render() ?? document.createTextNode(json.fallbackText ?? ""));
  place.card = card;
  for (const button of place.querySelectorAll("button[aria-expanded=false]"))
    if (before.opened.includes(button.textContent)) button.click();
  if (before.focus) card.getInputById?.(before.focus)?.focus();
}

/** Calls `again` when the colour scheme changes: colours are part of a drawn card. */
export const onScheme = (again) => dark.addEventListener("change", again);
