#!/usr/bin/env python3
"""Draws color.png (192 x 192) and outline.png (32 x 32) beside this file: an envelope with a tick, on a unit square."""
import math
import pathlib
import struct
import zlib

GRID = 4  # samples per pixel and direction, for smooth edges
TOP, BOTTOM, LEFT, RIGHT = 0.28, 0.72, 0.18, 0.82
FLAP = (0.5, 0.53)
TICK = [(0.60, 0.72), (0.69, 0.81), (0.86, 0.62)]


def away(x, y, a, b):
    """Distance of a point from the line between two others."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    along = max(0, min(1, ((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy)))
    return math.hypot(x - a[0] - along * dx, y - a[1] - along * dy)


def near(x, y, points, width):
    return any(away(x, y, a, b) <= width / 2 for a, b in zip(points, points[1:]))


def envelope(x, y):
    return LEFT <= x <= RIGHT and TOP <= y <= BOTTOM


def lines(x, y, width):
    corners = [(LEFT, TOP), (RIGHT, TOP), (RIGHT, BOTTOM), (LEFT, BOTTOM), (LEFT, TOP)]
    return near(x, y, corners, width) or near(x, y, [(LEFT, TOP), FLAP, (RIGHT, TOP)], width)


def color(x, y):
    blue, white, green = (0x1F, 0x3A, 0x5F, 255), (255, 255, 255, 255), (0x2E, 0xB8, 0x72, 255)
    if near(x, y, TICK, 0.085):
        return green
    if near(x, y, TICK, 0.16):
        return blue
    if near(x, y, [(LEFT, TOP), FLAP, (RIGHT, TOP)], 0.035):
        return blue
    return white if envelope(x, y) else blue


def outline(x, y):
    drawn = near(x, y, TICK, 0.075) or (lines(x, y, 0.07) and not near(x, y, TICK, 0.2))
    return (255, 255, 255, 255 if drawn else 0)


def pixel(paint, size, column, row):
    steps = [(step + 0.5) / GRID for step in range(GRID)]
    samples = [paint((column + dx) / size, (row + dy) / size) for dy in steps for dx in steps]
    return bytes(round(sum(channel) / len(samples)) for channel in zip(*samples))


def png(paint, size):
    rows = b"".join(b"\0" + b"".join(pixel(paint, size, column, row) for column in range(size)) for row in range(size))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


here = pathlib.Path(__file__).parent
(here / "color.png").write_bytes(png(color, 192))
(here / "outline.png").write_bytes(png(outline, 32))
