"""A token that was typed for one bench file is used for no other."""

from __future__ import annotations

import msgspec

from app.config.bench_file import BenchConfig
from tests.ui.stage import Stage
from ui.dialogs.token_dialog import TokenDialog

STRANGER = "https://lon1.blynk.cloud"


def sends_elsewhere(config: BenchConfig) -> BenchConfig:
    """A bench file with the first device of `config`, under the same name but with another server."""
    device = msgspec.structs.replace(config.device[0], server=STRANGER)
    return msgspec.structs.replace(config, device=(device,))


def test_the_next_bench_file_asks_for_the_token_again(stage: Stage) -> None:
    stage.keyring.held.clear()
    stage.window.connection.open_bench(stage.config, "mine.toml")
    stage.window.connection.connect_bench()
    dialog = stage.dialog(TokenDialog)
    dialog.fields["greenhouse"].setText("a token")
    dialog.keeps["greenhouse"].setChecked(False)
    dialog.agree.click()
    assert stage.bench.tokens == {"greenhouse": "a token"}
    benches = len(stage.made)
    stage.window.connection.open_bench(sends_elsewhere(stage.config), "a-stranger-s.toml")
    stage.window.connection.connect_bench()
    assert stage.dialog(TokenDialog).fields["greenhouse"].text() == ""
    assert len(stage.made) == benches
