import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { test } from "node:test";
import Ajv from "ajv";
import formats from "ajv-formats";
import { jsonBelow, readJson, root, shared } from "./files.js";

/** Under this size a card passes every limit that Teams documents, webhooks included. */
const largest = 28 * 1024;

const schemaFile = shared("schemas", "adaptive-card-1.5.0.json");
const noSchema = schemaFile ? false : "the Adaptive Cards schema is not here (../shared/schemas/adaptive-card-1.5.0.json)";

/** The approved cards: whatever JSON below the bot's tests is a card, or holds cards. */
const cards = jsonBelow(join(root, "tests", "ImcBot.Bot.Tests")).flatMap((file) =>
  cardsIn(readJson(file)).map((card, index) => ({ name: `${relative(root, file)}${index ? `, card ${index + 1}` : ""}`, card })));

function cardsIn(value) {
  if (value === null || typeof value !== "object") return [];
  return value.type === "AdaptiveCard" ? [value] : Object.values(value).flatMap(cardsIn);
}

const follows = noSchema ? null : official();

function official() {
  const { id, ...schema } = readJson(schemaFile);
  const ajv = formats(new Ajv({ strict: false, allErrors: true }));
  ajv.addMetaSchema(createRequire(import.meta.url)("ajv/dist/refs/json-schema-draft-06.json"));
  const validate = ajv.compile({ $id: id, ...schema });
  // The schema does not know Teams' own member of a card.
  return ({ msteams, ...card }) => ({ valid: validate(card), errors: JSON.stringify(validate.errors, null, 2) });
}

test("the schema refuses a card with a mistake", { skip: noSchema }, () => {
  const card = (element) => ({ type: "AdaptiveCard", version: "1.5", msteams: { width: "Full" }, body: [element] });
  assert.ok(follows(card({ type: "TextBlock", text: "mail flows" })).valid);
  assert.ok(!follows(card({ type: "TextBlock" })).valid);
  assert.ok(!follows(card({ type: "TextBlock", text: "mail flows", shout: true })).valid);
});

test("there are approved cards to look at", () => {
  assert.ok(cards.length > 0, "no card was found below tests/ImcBot.Bot.Tests");
});

for (const { name, card } of cards) {
  test(`${name} follows Adaptive Cards 1.5`, { skip: noSchema }, () => {
    assert.equal(card.version, "1.5");
    const { valid, errors } = follows(card);
    assert.ok(valid, errors);
  });

  test(`${name} is small enough for Teams`, () => {
    const size = Buffer.byteLength(JSON.stringify(card));
    assert.ok(size < largest, `${size} bytes`);
  });
}
