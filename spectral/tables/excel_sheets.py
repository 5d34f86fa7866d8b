"""The sheet of an Excel file that holds the table."""

from __future__ import annotations

import pandas as pd
from python_calamine import CalamineSheet, SheetTypeEnum, SheetVisibleEnum

from spectral.tables.large_files import Source
from spectral.tables.title_rows import ROWS_LOOKED_AT, require_no_title


def read_excel(source: Source, wanted: str = "") -> tuple[pd.DataFrame, str]:
    """The largest sheet of an Excel file, and what is to be said of it where there are others.

    Its first row that is not empty names the columns. If there are sheets with the wanted column,
    the largest of these is read.

    Raises
    ------
    ValueError
        If all sheets are empty or hidden, or a title stands above the names of the columns.
    """
    with pd.ExcelFile(source, engine="calamine") as workbook:
        sheets = filled_sheets(workbook)
        if not sheets:
            raise ValueError("its sheets are empty or hidden")
        having = [name for name in sheets if has_column(sheets[name], wanted)]
        name = max(
            having or sheets, key=lambda name: sheets[name].total_height * sheets[name].width
        )
        start, _ = sheets[name].start or (0, 0)
        options = {"io": workbook, "sheet_name": name, "header": None}
        top = pd.read_excel(**options, skiprows=start, nrows=ROWS_LOOKED_AT, dtype=object)
        require_no_title(top.to_numpy().tolist())
        frame = pd.read_excel(**options, skiprows=start + 1)
    frame = frame.reindex(columns=range(max(top.shape[1], frame.shape[1])))
    names = top.iloc[0].reindex(frame.columns)
    frame.columns = pd.Index(["" if pd.isna(cell) else str(cell) for cell in names])
    others = [repr(other) for other in sheets if other != name]
    why = f"the largest with {wanted!r}" if having else "the largest"
    told = f"{name!r} is the sheet that is read, {why}, beside {', '.join(others)}"
    return frame, told if others else ""


def filled_sheets(workbook: pd.ExcelFile) -> dict[str, CalamineSheet]:
    """The sheets that can be seen and are not empty."""
    sheets = {
        sheet.name: workbook.book.get_sheet_by_name(sheet.name)
        for sheet in workbook.book.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    }
    return {name: sheet for name, sheet in sheets.items() if sheet.start is not None}


def has_column(sheet: CalamineSheet, wanted: str) -> bool:
    """Whether the first row that is not empty holds a name."""
    rows = sheet.to_python(skip_empty_area=True, nrows=1)
    return bool(wanted) and any(str(cell).strip() == wanted for row in rows for cell in row)
