"""The reference job in vectorbt and backtesting.py, for comparison in the same run.

Both libraries are development-time oracles of the optional `bench` group: they are timed and their
trades are compared with the engine's, nothing of them runs in the product. Each job includes the
computation of the indicators, as the engine's does. Frames carry a plain range index: with a
time index vectorbt spends most of its time converting instants, which would flatter the engine.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")

STOP_ATR, TARGET_R = 1.5, 2.0


def ema(values: np.ndarray, n: int) -> np.ndarray:
    """EMA seeded with the first value."""
    return np.asarray(pd.Series(values).ewm(span=n, adjust=False).mean())


def signals(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Entry and exit signals and the ATR of the reference job; (n,) each."""
    close, high, low = (frame[name].to_numpy() for name in ("close", "high", "low"))
    short, mid = ema(close, 9), ema(close, 21)
    line = ema(close, 12) - ema(close, 26)
    signal = ema(line, 9)
    above = short > mid
    cross_up = np.r_[False, above[1:] & (short[:-1] <= mid[:-1])]
    cross_down = np.r_[False, (short < mid)[1:] & (short[:-1] >= mid[:-1])]
    previous = np.r_[close[0], close[:-1]]
    spans = [high - low, np.abs(high - previous), np.abs(low - previous)]
    true_range = np.maximum.reduce(spans)
    true_range[0] = high[0] - low[0]
    entries = cross_up & (line > signal) & (line > 0)
    entries[:130] = False
    return entries, cross_down, ema(true_range, 14)


def vectorbt_job(
    frame: pd.DataFrame, stop_atr: float = STOP_ATR, target_r: float = TARGET_R
) -> Any:
    """One portfolio; stop and target as fractions of the entry's close."""
    import vectorbt as vbt

    entries, exits, atr = signals(frame)
    fraction = stop_atr * atr / frame["close"].to_numpy()
    return vbt.Portfolio.from_signals(
        frame["close"],
        entries=entries,
        exits=exits,
        open=frame["open"],
        high=frame["high"],
        low=frame["low"],
        sl_stop=fraction,
        tp_stop=fraction * target_r,
        size=1.0,
        init_cash=1e9,
        freq="1min",
    )


def vectorbt_trades(frame: pd.DataFrame) -> list[tuple[int, int, float]]:
    """(entry index, exit index, exit price) of each closed trade."""
    records = vectorbt_job(frame).trades.records
    closed = records[records["status"] == 1]
    return list(zip(closed["entry_idx"], closed["exit_idx"], closed["exit_price"], strict=True))


def backtesting_job(frame: pd.DataFrame) -> Any:
    """The same job as a backtesting.py strategy, orders filled at the signal bar's close."""
    from backtesting import Backtest, Strategy

    entries, exits, atr = signals(frame)

    class Reference(Strategy):  # type: ignore[misc]
        def init(self) -> None:
            self.blocked = -1

        def next(self) -> None:
            i = len(self.data) - 1
            if self.position:
                if exits[i]:
                    self.position.close()
                return
            if self.closed_trades and self.closed_trades[-1].exit_bar == i:
                return
            if entries[i]:
                close = self.data.Close[-1]
                risk = STOP_ATR * atr[i]
                self.buy(size=1, sl=close - risk, tp=close + TARGET_R * risk)

    columns = {"open": "Open", "high": "High", "low": "Low", "close": "Close", "volume": "Volume"}
    data = frame.rename(columns=columns)
    return Backtest(data, Reference, cash=1e9, trade_on_close=True, hedging=False).run()


def backtesting_trades(frame: pd.DataFrame) -> list[tuple[int, int, float]]:
    trades = backtesting_job(frame)["_trades"]
    return list(zip(trades["EntryBar"], trades["ExitBar"], trades["ExitPrice"], strict=True))
