import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import Ajv from "ajv-draft-04";
import formats from "ajv-formats";
import { png, root, unzip } from "./files.js";

const script = join(root, "manifests", "teams", "package");
const bot = "11111111-2222-3333-4444-555555555555";
const app = "66666666-7777-8888-9999-000000000000";
const require = createRequire(import.meta.url);

let folder, parts, manifest;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "imcbot-package-"));
  const out = join(folder, "app.zip");
  execFileSync("bash", [script, bot, "--teams-app-id", app, "--company", "Fabrikam & Sons", "--website", "https://fabrikam.example/a?b=c&d", "--out", out]);
  parts = unzip(out);
  manifest = JSON.parse(parts.get("manifest.json"));
});

after(() => rmSync(folder, { recursive: true }));

/** The official schema of the manifest's own version, compiled. */
function official({ manifestVersion }) {
  const schema = require(`@microsoft/app-manifest/build/json-schemas/teams/v${manifestVersion}/MicrosoftTeams.schema.json`);
  return formats(new Ajv({ strict: false, allErrors: true })).compile(schema);
}

test("the package holds the manifest and two icons, nothing else", () => {
  assert.deepEqual([...parts.keys()].sort(), ["color.png", "manifest.json", "outline.png"]);
});

test("the manifest follows the official schema of its version", () => {
  const validate = official(manifest);
  assert.ok(validate(manifest), JSON.stringify(validate.errors, null, 2));
  assert.ok(Number(manifest.manifestVersion.split(".")[1]) >= 19);
});

test("the official schema refuses a manifest with a mistake", () => {
  const validate = official(manifest);
  assert.ok(!validate({ ...manifest, bots: [{ ...manifest.bots[0], botId: "not an id" }] }));
  assert.ok(!validate({ ...manifest, surprise: true }));
});

test("the ids and words of the command line are filled in and no placeholder is left", () => {
  assert.equal(manifest.id, app);
  assert.equal(manifest.bots[0].botId, bot);
  assert.equal(manifest.webApplicationInfo.id, bot);
  assert.equal(manifest.developer.name, "Fabrikam & Sons");
  assert.equal(manifest.developer.websiteUrl, "https://fabrikam.example/a?b=c&d");
  assert.doesNotMatch(parts.get("manifest.json").toString(), /\{\{/);
});

test("the bot works in teams, group chats and personal chats, sends files, and asks to hear what is said", () => {
  assert.deepEqual([...manifest.bots[0].scopes].sort(), ["groupChat", "personal", "team"]);
  assert.ok(manifest.bots[0].supportsFiles);
  assert.deepEqual(manifest.bots[0].commandLists.flatMap((list) => list.scopes).sort(), ["groupChat", "personal", "team"]);
  assert.deepEqual(
    manifest.authorization.permissions.resourceSpecific.map((permission) => permission.name).sort(),
    ["ChannelMessage.Read.Group", "ChatMessage.Read.Chat"]);
});

test("the icons have the sizes that Teams wants, and the outline is white on nothing", () => {
  const [color, outline] = ["color.png", "outline.png"].map((name) => png(parts.get(name)));
  assert.deepEqual([color.width, color.height, outline.width, outline.height], [192, 192, 32, 32]);
  assert.ok(color.pixels.every((pixel) => pixel[3] === 255));
  assert.ok(outline.pixels.every((pixel) => pixel[3] === 0 || pixel.subarray(0, 3).equals(Buffer.from([255, 255, 255]))));
  assert.ok(outline.pixels.some((pixel) => pixel[3] === 0) && outline.pixels.some((pixel) => pixel[3] === 255));
});

for (const [mistake, words, told] of [
  ["no id", [], "BOT_APP_ID is missing"],
  ["a wrong id", ["abc"], "'abc' is not an id"],
  ["a plain http page", [bot, "--website", "http://fabrikam.example"], "not an https address"],
  ["no page about privacy and terms", [bot], "The page about support, privacy and terms is missing"],
  ["a company with a quotation mark", [bot, "--website", "https://fabrikam.example", "--company", 'a"b'], "no quotation mark"],
  ["an unknown option", [bot, "--colour", "red"], "no option '--colour'"],
]) {
  test(`the package script refuses ${mistake} in one sentence`, () => {
    const { status, stderr } = spawnSync("bash", [script, ...words], { cwd: folder, encoding: "utf8" });
    assert.equal(status, 2);
    assert.ok(stderr.includes(told), stderr);
    assert.equal(stderr.trim().split("\n").length, 1);
  });
}
