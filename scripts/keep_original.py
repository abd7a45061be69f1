"""The trained file of a shipped model, made small enough to keep: what `--from NAME` begins with.

    python -m scripts.keep_original runs/grid/model.keras originals/grid.keras

Weights are kept in half precision, and what the converter quantizes by is left out: the converter
takes the file that the training left.
"""

import argparse
import io
import zipfile
from pathlib import Path

import h5py
import numpy as np

from edge_lip.system.files import replacing
from training.trained.checksum import add_checksum
from training.trained.read import load
from training.trained.trained import CALIBRATION

WEIGHTS = "model.weights.h5"
"""In every .keras file."""


def main() -> None:
    """Write the small file."""
    parser = argparse.ArgumentParser(description="A trained file, small enough to be kept.")
    parser.add_argument("trained", type=Path, help="the .keras file that a training left")
    parser.add_argument("small", type=Path)
    options = parser.parse_args()
    load(options.trained)  # whole, and of edge-lip train
    shrink(options.trained, options.small)
    load(options.small)
    print(f"{options.small}: {options.small.stat().st_size:,} bytes")


def shrink(trained: Path, small: Path) -> None:
    """Write the .keras file `trained` to `small`, with weights of half the size and without
    calibration inputs."""
    with replacing(small) as temporary:
        with (
            zipfile.ZipFile(trained) as source,
            zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as target,
        ):
            for name in source.namelist():
                if not name.startswith(CALIBRATION):
                    content = source.read(name)
                    target.writestr(name, _halved(content) if name == WEIGHTS else content)
        add_checksum(temporary)


def _halved(content: bytes) -> bytes:
    made = io.BytesIO()
    with h5py.File(io.BytesIO(content)) as source, h5py.File(made, "w") as target:

        def copy(name: str, item: h5py.Group | h5py.Dataset) -> None:
            if isinstance(item, h5py.Dataset):
                array = np.asarray(item)
                small = array.astype(np.float16) if array.dtype == np.float32 else array
                target.create_dataset(name, data=small)
            else:
                target.require_group(name).attrs.update(item.attrs)

        source.visititems(copy)
        target.attrs.update(source.attrs)
    return made.getvalue()


if __name__ == "__main__":
    main()
