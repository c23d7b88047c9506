"""Many files, written as one zip or into a folder that is new."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

from grader.cli.common import Output
from grader.model.errors import UsageProblem
from grader.text.words import said

ENDING = ".zip"


def refuse_name(out: str) -> NoReturn:
    """UsageProblem: that is a name of another kind of archive, or of none."""
    raise UsageProblem(
        said("{out} is no name for a zip", out=out), next_move=said("Let it end in .zip.")
    )


class Container:
    """Where files go: a zip, where its name ends so or is `-`, else a new or empty folder.

    Only a zip where `zipped` says so, only a folder where it is False. UsageProblem at once for
    what cannot be written; in a folder nothing is ever overwritten.
    """

    def __init__(self, out: str, *, zipped: bool | None = None) -> None:
        named = out == "-" or out.endswith(ENDING)
        if zipped and not named:
            refuse_name(out)
        self.folder = Path(out)
        self.zip = Output(out) if (named if zipped is None else zipped) else None
        if self.zip is None:
            self._be_empty()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        if self.zip is not None:
            self.zip.discard()

    def write(self, files: Mapping[str, bytes], executable: frozenset[str] = frozenset()) -> None:
        """Writes the files by their names; those whose last part is among `executable` as such."""
        from grader.author.packing import packed

        run = frozenset(name for name in files if name.rpartition("/")[2] in executable)
        if self.zip is not None:
            self.zip.write(packed(files, run))
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for name, data in files.items():
                path = self.folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                path.chmod(0o755 if name in run else 0o644)
        except OSError as error:
            raise self._unwritable(error) from None

    def _be_empty(self) -> None:
        try:
            if self.folder.exists() and any(self.folder.iterdir()):
                raise UsageProblem(
                    said("{folder} is not empty", folder=self.folder),
                    next_move=said("Name a new folder: nothing is overwritten."),
                )
        except OSError as error:
            raise self._unwritable(error) from None

    def _unwritable(self, error: OSError) -> UsageProblem:
        return UsageProblem(
            said(
                "cannot write {folder}: {error}",
                folder=self.folder,
                error=error.strerror or error,
            )
        )
