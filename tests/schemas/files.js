import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { inflateRawSync, inflateSync } from "node:zlib";

/** The folder of ImcBot.sln. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** A file of the shared folder beside the repository, or null where there is none. */
export function shared(...path) {
  const file = join(root, "..", "shared", ...path);
  return existsSync(file) ? file : null;
}

export const readJson = (file) => JSON.parse(readFileSync(file, "utf8"));

/** Every JSON file below a folder, without what builds and package managers put there. */
export function jsonBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ["bin", "obj", "node_modules"].includes(entry.name) ? [] : jsonBelow(path);
    return entry.name.endsWith(".json") && entry.name !== "packages.lock.json" ? [path] : [];
  });
}

/** Name and bytes of everything in a zip file. */
export function unzip(file) {
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf("PK\x05\x06", undefined, "latin1");
  let at = bytes.readUInt32LE(end + 16);
  return new Map(Array.from({ length: bytes.readUInt16LE(end + 10) }, () => {
    const [method, size] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
    const [name, extra, comment] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
    const header = bytes.readUInt32LE(at + 42);
    const start = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
    const packed = bytes.subarray(start, start + size);
    const entry = [bytes.toString("utf8", at + 46, at + 46 + name), method === 8 ? inflateRawSync(packed) : packed];
    at += 46 + name + extra + comment;
    return entry;
  }));
}

/** Width, height and RGBA pixels of a PNG file as icons.py writes it: 8 bits, RGBA, rows not filtered. */
export function png(bytes) {
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const data = [];
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    if (bytes.toString("latin1", at + 4, at + 8) === "IDAT") data.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  }
  const rows = inflateSync(Buffer.concat(data));
  const pixels = Array.from({ length: width * height }, (_, index) => {
    const at = Math.floor(index / width) * (1 + 4 * width) + 1 + 4 * (index % width);
    return rows.subarray(at, at + 4);
  });
  return { width, height, pixels };
}
