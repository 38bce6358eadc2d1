#!/usr/bin/env node
// A dicomsig adapter for Node 18 or later, without packages: replace `judge` by a call of your product.
//
//     dicomsig verifier --adapter 'node adapter.mjs'

import { spawnSync } from "node:child_process";
import { createInterface } from "node:readline";

const product = {
  name: "Example Viewer",
  version: "1.0",
  operations: ["verify"],
  axes: ["integrity", "structure", "trust", "time"],
  honours: ["trust"],
};
// Here the product is `dicomsig verify`, started once a file.
const [program, ...words] = process.argv.length > 2 ? process.argv.slice(2) : ["dicomsig"];

/** What the product says of one file. Put your product here. */
function judge(path, trust) {
  const options = trust.flatMap((anchor) => ["--trust", anchor]);
  const done = spawnSync(program, [...words, "verify", path, ...options], { encoding: "utf8" });
  if (done.error) throw done.error;
  const rows = [];
  for (const line of done.stdout.split("\n").filter(Boolean)) {
    const [, place, , integrity, structure, trusted, time, reasons, number] = line.split("\t");
    if (integrity === "unsigned" || integrity === "unreadable") return { verdict: integrity };
    rows.push({
      place,
      number: Number(number),
      integrity,
      structure,
      trust: trusted,
      time,
      reasons: reasons === "-" ? [] : reasons.split(","),
    });
  }
  return rows.length ? { signatures: rows } : { error: `no verdict, exit code ${done.status}` };
}

function answer(request) {
  switch (request.op) {
    case "describe":
      return product;
    case "verify":
      return judge(request.path, request.trust);
    default:
      return { unsupported: "only describe and verify" };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  let said;
  try {
    said = answer(request);
  } catch (error) {
    said = { error: String(error) }; // an error is an answer; an exception would be a crash
  }
  process.stdout.write(JSON.stringify({ id: request.id, ...said }) + "\n");
}
