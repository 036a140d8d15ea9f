#!/usr/bin/env python3
"""What an editor knows of a network, asked of rust-analyzer by its protocol: definitions, fields of nested networks, renames, completion.

    tests/editor/check.py [path of rust-analyzer]

It ends with status 3 where rust-analyzer is not installed, and with 1 where an answer is wrong that is not known to be, or right that is
known to be wrong. `cargo +nightly install --locked ra_ap_rust-analyzer` builds one.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]

# what is wrong, and known to be so
KNOWN = {
    "definition of norm",
    "definition of width",
    "rename of a nested field",
    "completion of a layer",
    "completion of an activation",
    "completion of a recurrent layer",
}

# `/*name*/` marks a place: what is asked of it is asked at the character behind the mark
SOURCE = """use congruent::prelude::*;

const WIDTH: usize = 32;

network! { pub struct Inner: [64] -> [32] { hidden: Dense<64, /*width*/WIDTH, Relu>, norm: /*norm*/LayerNorm } }
network! { pub struct Outer: [64] -> [10] { read: Inner, output: /*dense*/Dense<32, 10, Softmax> } }

fn use_them(outer: &Outer) {
    let _ = outer./*field*/read;
    let _ = outer.read./*nested*/hidden;
    let _ = outer.forward(&[0.0; 64]);
}

fn main() {}
"""


class Server:
    """rust-analyzer, and the messages to and from it."""

    def __init__(self, program, folder):
        self.process = subprocess.Popen(
            [program], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.last = 0
        self.quiet = False

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def receive(self):
        length = 0
        while (line := self.process.stdout.readline().strip()) != b"":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if length == 0:
            sys.exit("rust-analyzer ended")
        message = json.loads(self.process.stdout.read(length))
        if message.get("method") == "experimental/serverStatus":
            self.quiet = message["params"].get("quiescent", False)
        if "id" in message and "method" in message:  # a question of the server's
            answer = [None] if message["method"] == "workspace/configuration" else None
            self.send({"id": message["id"], "result": answer})
        return message

    def ask(self, method, params):
        self.last += 1
        self.send({"id": self.last, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == self.last and "method" not in message:
                return message.get("result")

    def start(self, folder):
        options = {
            "cachePriming": {"enable": False},
            "checkOnSave": False,
            "cargo": {"targetDir": os.environ.get("CARGO_TARGET_DIR", True)},
        }
        capabilities = {
            "experimental": {"serverStatusNotification": True},
            "textDocument": {"completion": {"completionItem": {"snippetSupport": False}}},
        }
        self.ask(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": folder.as_uri(),
                "capabilities": capabilities,
                "initializationOptions": options,
            },
        )
        self.send({"method": "initialized", "params": {}})


class Page:
    """A source with marks, open in the server."""

    def __init__(self, server, path, source):
        self.server, self.uri, self.version = server, path.as_uri(), 0
        self.text = source

    def open(self):
        document = {"uri": self.uri, "languageId": "rust", "version": 0, "text": self.text}
        self.server.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})

    def change(self, text):
        self.version += 1
        self.text = text
        document = {"uri": self.uri, "version": self.version}
        changes = {"textDocument": document, "contentChanges": [{"text": text}]}
        self.server.send({"method": "textDocument/didChange", "params": changes})

    def at(self, mark):
        before = self.text[: self.text.index(f"/*{mark}*/") + len(mark) + 4]
        line = before.count("\n")
        return {"line": line, "character": len(before) - before.rfind("\n") - 1}

    def ask(self, method, mark, **more):
        params = {"textDocument": {"uri": self.uri}, "position": self.at(mark), **more}
        return self.server.ask(f"textDocument/{method}", params)


def targets(page, mark):
    found = page.ask("definition", mark) or []
    found = found if isinstance(found, list) else [found]
    return {(place["uri"].rsplit("/", 1)[-1], place["range"]["start"]["line"]) for place in found}


def completions(page, mark):
    found = page.ask("completion", mark) or []
    items = found["items"] if isinstance(found, dict) else found
    return {item["label"].split("(")[0].strip() for item in items}


def check(page):
    """The name of each thing that is asked, and what is wrong with its answer, if anything is."""
    for mark, file in [("dense", "dense.rs"), ("norm", "layer_norm.rs"), ("width", "main.rs"), ("field", "main.rs"), ("nested", "main.rs")]:
        found = targets(page, mark)
        right = len(found) == 1 and next(iter(found))[0] == file
        yield f"definition of {mark}", None if right else f"{len(found)} targets: {sorted(found)[:4]}"

    edits = (page.ask("rename", "nested", newName="body") or {}).get("changes") or {}
    edits = [edit for of_file in edits.values() for edit in of_file]
    yield "rename of a nested field", None if len(edits) == 2 else f"{len(edits)} edits instead of 2"

    source = page.text
    for name, before, after, wanted in [
        ("fields", "outer./*field*/read;", "outer./*here*/;", {"read", "output"}),
        ("nested fields", "outer.read./*nested*/hidden;", "outer.read./*here*/;", {"hidden", "norm"}),
        ("a layer", "/*dense*/Dense<32, 10, Softmax>", "De/*here*/", {"Dense"}),
        ("an activation", "/*dense*/Dense<32, 10, Softmax>", "Dense<32, 10, So/*here*/>", {"Softmax"}),
        ("an unclosed layer", "/*dense*/Dense<32, 10, Softmax>", "Dense<32, 10, /*here*/", {"Softmax"}),
        ("a recurrent layer", "/*dense*/Dense<32, 10, Softmax>", "Gr/*here*/", {"Gru"}),
    ]:
        page.change(source.replace(before, after))
        lacks = wanted - completions(page, "here")
        yield f"completion of {name}", f"no {', '.join(sorted(lacks))}" if lacks else None
    page.change(source)


def main():
    program = shutil.which(sys.argv[1] if len(sys.argv) > 1 else "rust-analyzer")
    if program is None or subprocess.run([program, "--version"], capture_output=True).returncode != 0:
        print("rust-analyzer is not installed")
        return 3
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "src").mkdir()
        (folder / "src/main.rs").write_text(SOURCE)
        manifest = f'[package]\nname = "edited"\nversion = "0.0.0"\nedition = "2024"\n[dependencies]\ncongruent = {{ path = "{ROOT}" }}\n[workspace]\n'
        (folder / "Cargo.toml").write_text(manifest)
        shutil.copy(ROOT / "Cargo.lock", folder)
        shutil.copy(ROOT / "rust-toolchain.toml", folder)
        server = Server(program, folder)
        server.start(folder)
        page = Page(server, folder / "src/main.rs", SOURCE)
        page.open()
        while not server.quiet:
            server.receive()
        wrong = 0
        for what, fault in check(page):
            wrong += (fault is not None) != (what in KNOWN)
            print(f"{what}: {fault or 'right'}{', which is known' if fault and what in KNOWN else ''}", flush=True)
        server.process.kill()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
