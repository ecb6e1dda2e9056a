"""Builds the kernel: the files that touch every packet, compiled from the same source that runs interpreted.

Where no C compiler is found the installation succeeds all the same, and the `.py` files are used.
"""

from pathlib import Path

from Cython.Build import cythonize
from Cython.Compiler import Options
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.errors import BaseError, CCompilerError

KERNEL = [
    "tlsscope/slices.py",
    "tlsscope/repeats.py",
    "tlsscope/wire.py",
    "tlsscope/capture/frames.py",
    "tlsscope/capture/pcap.py",
    "tlsscope/capture/pcapng.py",
    "tlsscope/capture/ring.py",
    "tlsscope/capture/packet_blocks.py",
    "tlsscope/capture/dedup.py",
    "tlsscope/link/segments.py",
    "tlsscope/link/decode.py",
    "tlsscope/flow/opening.py",
    "tlsscope/flow/listener.py",
    "tlsscope/flow/start.py",
    "tlsscope/flow/reassembly.py",
    "tlsscope/flow/rows.py",
    "tlsscope/flow/delivery.py",
    "tlsscope/flow/table.py",
    "tlsscope/flow/live.py",
    "tlsscope/flow/handshakes.py",
    "tlsscope/record/sink.py",
    "tlsscope/record/layer.py",
    "tlsscope/certificate/walk.py",
    "tlsscope/certificate/parts.py",
    "tlsscope/certificate/plain.py",
    "tlsscope/certificate/plain_extensions.py",
    "tlsscope/certificate/assembly.py",
    "tlsscope/certificate/match.py",
    "tlsscope/handshake/extensions/opening.py",
    "tlsscope/handshake/extensions/versions.py",
    "tlsscope/handshake/extensions/keys.py",
    "tlsscope/handshake/extensions/negotiation.py",
    "tlsscope/handshake/extensions/soundness.py",
    "tlsscope/handshake/readers.py",
    "tlsscope/handshake/reading.py",
    "tlsscope/handshake/clear.py",
    "tlsscope/handshake/side.py",
    "tlsscope/handshake/events.py",
    "tlsscope/handshake/dialogue.py",
    "tlsscope/session/timeline.py",
    "tlsscope/session/patience.py",
    "tlsscope/session/place.py",
    "tlsscope/session/identity.py",
    "tlsscope/session/facts.py",
    "tlsscope/session/fingerprints.py",
    "tlsscope/session/agreed.py",
    "tlsscope/session/visibility.py",
    "tlsscope/session/sealed.py",
    "tlsscope/session/unencrypted.py",
    "tlsscope/session/observer.py",
    "tlsscope/pipeline/rooms.py",
    "tlsscope/judge/rows.py",
    "tlsscope/judge/flight.py",
    "tlsscope/judge/case.py",
    "tlsscope/judge/shape.py",
    "tlsscope/judge/recall.py",
    "tlsscope/judge/attempt.py",
    "tlsscope/judge/trace.py",
    "tlsscope/judge/resumption.py",
    "tlsscope/judge/evidence.py",
    "tlsscope/judge/findings.py",
    "tlsscope/judge/judging.py",
    "tlsscope/report/buffer.py",
    "tlsscope/report/fragments.py",
    "tlsscope/report/rows.py",
    "tlsscope/report/hellos.py",
    "tlsscope/report/lines.py",
]

# Views of buffers are passed from function to function, and kept by the dozen, as structs with room for so many
# dimensions. Ours have one, and Cython wants one more; with its usual eight a view takes 208 bytes instead of 64.
Options.buffer_max_dims = 2

DIRECTIVES = {
    "language_level": 3,
    "boundscheck": True,
    "wraparound": False,
    "initializedcheck": False,
    "cdivision": True,
    "annotation_typing": False,
    "embedsignature": False,
}


class KernelBuilder(build_ext):
    """Compiles all of the kernel or nothing: its modules are laid out for each other."""

    def run(self) -> None:
        """Compile; where that fails, say so, take back what was made, and go on without."""
        try:
            super().run()
        except (BaseError, CCompilerError) as error:
            self.warn(f"the kernel is not compiled, its files run interpreted, many times slower: {error}")
            for path in self.get_outputs():
                Path(path).unlink(missing_ok=True)
            self.extensions = []


setup(
    cmdclass={"build_ext": KernelBuilder},
    ext_modules=cythonize(
        [Extension(path.removesuffix(".py").replace("/", "."), [path], extra_compile_args=["-O2"]) for path in KERNEL],
        compiler_directives=DIRECTIVES,
        build_dir="build/kernel",
        quiet=True,
    ),
)
