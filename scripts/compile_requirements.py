"""Pins every requirements/*.in with hashes into its .txt, without naming a package index."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GROUPS = ("base", "engine", "dev", "test", "node", "bench", "docs")
OPTIONS = (
    "--quiet",
    "--strip-extras",
    "--allow-unsafe",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-emit-trusted-host",
    "--no-header",
    "--no-annotate",
)

for group in GROUPS:
    source, target = f"requirements/{group}.in", f"requirements/{group}.txt"
    command = [sys.executable, "-m", "piptools", "compile", *OPTIONS, "-o", target, source]
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603
