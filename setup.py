"""Builds the kernel: the files that touch every packet, compiled from the same source that runs interpreted.

Every extension is optional: where no C compiler is found the installation succeeds and the `.py` files are used.
"""

from Cython.Build import cythonize
from setuptools import Extension, setup

KERNEL = [
    "tlsscope/capture/frames.py",
    "tlsscope/capture/pcap.py",
    "tlsscope/capture/pcapng.py",
    "tlsscope/link/segments.py",
    "tlsscope/link/decode.py",
    "tlsscope/flow/listener.py",
    "tlsscope/flow/start.py",
    "tlsscope/flow/rows.py",
    "tlsscope/flow/delivery.py",
    "tlsscope/flow/table.py",
    "tlsscope/record/layer.py",
]

DIRECTIVES = {
    "language_level": 3,
    "boundscheck": True,
    "wraparound": False,
    "cdivision": True,
    "annotation_typing": False,
    "embedsignature": False,
}

setup(
    ext_modules=cythonize(
        [
            Extension(path.removesuffix(".py").replace("/", "."), [path], optional=True, extra_compile_args=["-O2"])
            for path in KERNEL
        ],
        compiler_directives=DIRECTIVES,
        build_dir="build/cython",
        quiet=True,
    )
)
