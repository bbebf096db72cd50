"""设备和运行: devices with live status and trials, the machine, the newest log lines."""

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QFrame, QLabel, QPushButton

from devices.device import DeviceState, DeviceStatus
from kiosk.domain.fault import Fault
from kiosk.domain.finding import Finding
from kiosk.flow.equipment import DeviceKind, Equipment
from kiosk.flow.health import WAYS_ON, Health
from kiosk.flow.machine_flow import MachineFlow, MachineTab, MachineView, Outcome, Trial
from ui.finding_words import finding_words, topic_words
from ui.pages.desk import FlowBlock
from ui.pages.page import Page
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.pieces import (
    ScrollColumn,
    badge,
    column,
    emptied,
    frame,
    push_button,
    row,
    words,
)

STATE_TONES: Final = {
    DeviceState.READY: "good",
    DeviceState.BUSY: "blue",
    DeviceState.NEEDS_HELP: "warn",
    DeviceState.GONE: "bad",
}
OUTCOME_TONES: Final = {
    Outcome.WAITING: "blue",
    Outcome.FINE: "good",
    Outcome.FAILED: "bad",
    Outcome.UNCERTAIN: "warn",
}
WAITING_WORDS: Final = {
    DeviceKind.ID_CARD: "reads",
    DeviceKind.CAMERA: "takes",
    DeviceKind.RECEIPT_PRINTER: "prints",
    DeviceKind.PAGE_PRINTER: "prints",
    DeviceKind.STAFF_CARD: "staff_card",
}


Looked = tuple[tuple[str, DeviceStatus | None], ...]


class MachinePage(Page[MachineFlow, MachineView]):
    """Nothing on it is about a person."""

    def __init__(
        self, flow: MachineFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        page = column(scale, self, gap=Space.NEAR, edge=Space.EDGE)
        page.addWidget(words(texts.say("machine.title"), "title"))
        self.tabs: dict[MachineTab, QPushButton] = {}
        tabs = FlowBlock(scale)
        for tab in MachineTab:
            button = push_button(texts.say(f"machine.tab.{tab}"), "chip", _with(flow.choose, tab))
            button.setObjectName(f"machine_tab_{tab}")
            button.setCheckable(True)
            self.tabs[tab] = button
            tabs.add(button)
        page.addWidget(tabs)
        self._scroll = ScrollColumn(scale)
        page.addWidget(self._scroll, 1)

    def draw(self, view: MachineView) -> None:
        """The chosen tab anew."""
        for tab, button in self.tabs.items():
            button.setChecked(tab is view.tab)
        content = self._scroll.inside
        emptied(content)
        match view.tab:
            case MachineTab.DEVICES:
                may = view.health.may_take_a_case() is None
                told = self.texts.say("health.may" if may else "health.may_not")
                content.addWidget(words(told, "large", tone="good" if may else "bad", strong=True))
                for kind in DeviceKind:
                    content.addWidget(self._device(kind, view))
            case MachineTab.MACHINE:
                content.addWidget(self._network(view.network))
                for finding in view.findings:
                    content.addWidget(self._finding(finding))
                content.addWidget(words(self.texts.say("machine.command"), "note", tone="quiet"))
            case MachineTab.LOG:
                content.addWidget(words(self.texts.say("machine.log_note"), tone="quiet"))
                for line in reversed(view.log):
                    content.addWidget(words(line, "note"))
                if not view.log:
                    content.addWidget(words(self.texts.say("machine.log_empty"), "large"))

    def forget(self) -> None:
        """Nothing stays."""
        emptied(self._scroll.inside)

    def _finding(self, finding: Finding) -> QFrame:
        topic, told = topic_words(finding, self.texts), finding_words(finding, self.texts)
        return self._line(topic, told, fine=finding.fine)

    def _device(self, kind: DeviceKind, view: MachineView) -> QFrame:
        say, scale = self.texts.say, self.scale
        block = frame("card")
        line = row(scale, block, gap=Space.GAP, edge=Space.NEAR)
        text = column(scale, gap=Space.TIGHT)
        text.addWidget(words(say(f"machine.device.{kind}"), "large", strong=True))
        looked = view.health.of(kind)
        marks = FlowBlock(scale)
        marks.add(self._state(looked))
        trial = view.trial if view.trial is not None and view.trial.device is kind else None
        if trial is not None:
            outcome = say(f"machine.outcome.{trial.outcome}")
            marks.add(badge(outcome, OUTCOME_TONES[trial.outcome]))
        text.addWidget(marks)
        for sentence, tone in self._sentences(kind, view.health, trial):
            text.addWidget(words(sentence, "note", tone=tone))
        line.addLayout(text, 1)
        # a passport opens only with what stands on it: there is no trial without one
        tried = kind is not DeviceKind.TRAVEL_DOCUMENT
        if tried and any(status is not None for _, status in looked):
            button = push_button(say("machine.trial"), "strong", _with(self.flow.attempt, kind))
            button.setObjectName(f"trial_{kind}")
            button.setAccessibleName(f"{say('machine.trial')} {say(f'machine.device.{kind}')}")
            line.addWidget(button)
        return block

    def _state(self, looked: Looked) -> QLabel:
        """Of the one that works, where several share the work."""
        say = self.texts.say
        if not looked:
            return badge(say("machine.asking"), "quiet")
        _, status = looked[0]
        if status is None:
            return badge(say("machine.none"), "quiet")
        return badge(say(f"machine.state.{status.state}"), STATE_TONES[status.state])

    def _sentences(
        self, kind: DeviceKind, health: Health, trial: Trial | None
    ) -> list[tuple[str, str]]:
        say, said = self.texts.say, list[tuple[str, str]]()
        looked = health.of(kind)
        for name, status in looked:
            state = f" · {say(f'machine.state.{status.state}')}" if status is not None else ""
            if name:
                said.append((f"{name}{state if len(looked) > 1 else ''}", "quiet"))
        if trial is not None and (
            trial.outcome is Outcome.WAITING or kind is DeviceKind.STAFF_CARD
        ):
            said.append((say(f"machine.{WAITING_WORDS[kind]}"), "blue"))
        faults = [
            trial.fault if trial is not None else None,
            *(status.fault for _, status in looked if status is not None),
        ]
        for fault in dict.fromkeys(fault for fault in faults if fault is not None):
            said.append((self._fault_words(fault), "bad"))
        if health.fault(kind) is not None and kind in WAYS_ON:
            said.append((say(f"health.way.{WAYS_ON[kind]}"), "blue"))
        return said

    def _network(self, fault: Fault | None) -> QFrame:
        name = self.texts.say("machine.network")
        good = self.texts.say("machine.network_good")
        words_of = good if fault is None else self._fault_words(fault)
        return self._line(name, words_of, fine=fault is None)

    def _fault_words(self, fault: Fault) -> str:
        say = self.texts.say
        return (
            f"{fault.value} {say(f'faults.{fault.value}.what')} {say(f'faults.{fault.value}.now')}"
        )

    def _line(self, name: str, text: str, *, fine: bool) -> QFrame:
        block = frame("card")
        line = row(self.scale, block, gap=Space.GAP, edge=Space.NEAR)
        key = "fine" if fine else "bad"
        mark = badge(self.texts.say(f"machine.finding.{key}"), "good" if fine else "bad")
        line.addWidget(mark)
        line.addWidget(words(name, strong=True), 1)
        line.addWidget(words(text), 3)
        return block


def _with(act: Callable[..., None], what: object) -> Callable[[], None]:
    return lambda: act(what)
