"""Marked blocks of a Markdown page that a program writes, so that nobody copies figures by hand.

A block stands between the lines `<!-- NAME` (and what follows on that line) and `<!-- /NAME -->`.
"""
import re
import sys


def put(path, name, text):
    """Replaces what stands in block NAME of the page, or exits with advice where there is no such block."""
    with open(path, encoding="utf-8") as file:
        page = file.read()
    block = re.compile(rf"(<!-- {re.escape(name)}\b[^\n]*\n).*?(<!-- /{re.escape(name)} -->)", re.DOTALL)
    if not block.search(page):
        sys.exit(f"{path}: no block <!-- {name} --> … <!-- /{name} -->")
    page = block.sub(lambda match: f"{match[1]}\n{text.strip()}\n\n{match[2]}", page, count=1)
    with open(path, "w", encoding="utf-8") as file:
        file.write(page)


def emit(text, into, name):
    """Prints the text, or puts it into the page where one is named."""
    if into:
        put(into, name, text)
    else:
        print(text)


def table(header, rows):
    """A Markdown table; all columns but the first are aligned right."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
