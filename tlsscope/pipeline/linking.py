"""What ties sessions together: news of sessions that others have read enter, in order; finished sessions leave.

Which resumes which, and which is opened by another's secret, is decided here. All else is done.
"""

import msgspec

from tlsscope.judge import Resumptions, conclude, judge, look
from tlsscope.judge.trace import going_as
from tlsscope.report.manner import Manner, writer
from tlsscope.report.written import Written
from tlsscope.secrets.keyring import Keyring
from tlsscope.session.model import Session
from tlsscope.session.sealed import list_sealed
from tlsscope.session.unsealing import unseal

from .exchange import Going, News, Sealed
from .options import Totals
from .scan import blind_trial
from .stream import place

_unpack = msgspec.msgpack.Decoder(Session).decode


class Linker:
    """Ties each session to those before. `totals` counts sessions; whoever owns it counts the rest."""

    def __init__(self, manner: Manner, keyring: Keyring) -> None:
        """Know the keys. Raises TlsscopeError where the filter is wrong."""
        self.totals = Totals()
        self._write = writer(manner)
        self._keyring = keyring
        self._resumptions = Resumptions()

    def take(self, news: News) -> Written | None:
        """Tie a session to the others; None where it goes on, or is not wanted."""
        if isinstance(news, Going):
            self._resumptions.take_note(going_as(news.trace))
            return None
        if isinstance(news, Sealed):
            return self._open(news)
        for name, master in news.masters:
            self._keyring.remember(name, master)
        linked = self._resumptions.link(news.trace)
        if news.trace.tried is None or linked == news.trace.alone():
            self.totals.add_session(news.trial)
            return news.written
        judged = look(_unpack(news.session))
        conclude(judged, *linked)
        return self._finished(judged.case.session)

    def _open(self, news: Sealed) -> Written | None:
        """Open a session with what is known of all sessions before, as far as keys go."""
        session = _unpack(news.session)
        unseal(session, self._keyring)
        list_sealed(session)
        place(session, news.files, news.before)
        judge(session, self._resumptions)
        return self._finished(session)

    def _finished(self, session: Session) -> Written | None:
        self.totals.add_session(blind_trial(session))
        return self._write(session)
