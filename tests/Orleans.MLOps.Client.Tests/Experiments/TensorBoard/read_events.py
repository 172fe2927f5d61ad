"""Prints what an event file holds, one JSON object a record. Shares nothing with the writer under test: own checksums, own protobuf walk.

Numbers are printed as the hex digits of their bits, so that NaN, infinities and every digit can be compared.
"""
import json
import struct
import sys


def crc_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ 0x82F63B78 if byte & 1 else byte >> 1
        table.append(byte)
    return table


TABLE = crc_table()


def masked_crc(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 0xFF]
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at
        if shift > 63:
            raise ValueError("a varint of more than ten bytes")


def fields(data):
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        else:
            length = {1: 8, 5: 4}.get(kind)
            if kind == 2:
                length, at = varint(data, at)
            if length is None or at + length > len(data):
                raise ValueError("field %d of wire type %d does not fit" % (key >> 3, kind))
            value = data[at:at + length]
            at += length
        yield key >> 3, value


def group(data):
    found = {}
    for number, value in fields(data):
        found.setdefault(number, []).append(value)
    return found


def one(found, number, default=b""):
    return found.get(number, [default])[-1]


def text(found, number):
    return one(found, number).decode("utf-8")


def bits(raw, size=8):
    return (raw or bytes(size))[::-1].hex()


def signed(value):
    return value - (1 << 64) if value >= 1 << 63 else value


def doubles(found, number):
    packed = b"".join(found.get(number, []))
    return [bits(packed[i:i + 8]) for i in range(0, len(packed), 8)]


def histogram(raw):
    found = group(raw)
    names = {1: "min", 2: "max", 3: "num", 4: "sum", 5: "sum_squares"}
    result = {name: bits(one(found, number)) for number, name in names.items()}
    result["bucket_limit"] = doubles(found, 6)
    result["bucket"] = doubles(found, 7)
    return result


def pairs(found, number):
    return [(text(entry, 1), entry) for entry in (group(raw) for raw in found.get(number, []))]


def any_value(raw):
    found = group(raw)
    if 2 in found:
        return {"number": bits(one(found, 2))}
    if 3 in found:
        return {"text": text(found, 3)}
    return {"bool": bool(one(found, 4, 0))} if 4 in found else {}


def hparams(raw):
    found = group(raw)
    if 2 in found:
        experiment = group(one(found, 2))
        infos = [group(raw) for raw in experiment.get(4, [])]
        metrics = [group(one(group(raw), 1)) for raw in experiment.get(5, [])]
        return {
            "experiment": text(experiment, 6),
            "hparams": {text(info, 1): one(info, 4, 0) for info in infos},
            "metrics": [text(metric, 2) for metric in metrics],
        }
    if 3 in found:
        start = group(one(found, 3))
        return {
            "start_time": bits(one(start, 5)),
            "values": {key: any_value(one(entry, 2)) for key, entry in pairs(start, 1)},
            "exact": {key: text(entry, 2) for key, entry in pairs(start, 50001)},
        }
    end = group(one(found, 4))
    return {"status": one(end, 1, 0), "end_time": bits(one(end, 2))}


def value(raw):
    found = group(raw)
    result = {"tag": text(found, 1)}
    if 2 in found:
        result["simple"] = bits(one(found, 2), 4)
    if 50001 in found:
        result["exact"] = bits(one(found, 50001))
    if 5 in found:
        result["histogram"] = histogram(one(found, 5))
    plugin = group(one(group(one(found, 9)), 1))
    if plugin:
        result["plugin"] = text(plugin, 1)
    if result.get("plugin") == "hparams":
        result["hparams"] = hparams(one(plugin, 2))
    return result


def event(raw):
    found = group(raw)
    result = {"wall_time": bits(one(found, 1)), "step": signed(one(found, 2, 0))}
    if 3 in found:
        result["version"] = text(found, 3)
    if 5 in found:
        result["values"] = [value(raw) for raw in group(one(found, 5)).get(1, [])]
    return result


def records(data):
    at = 0
    while at < len(data):
        header = data[at:at + 12]
        length, crc = struct.unpack("<QI", header)
        if masked_crc(header[:8]) != crc:
            raise ValueError("the length at byte %d does not match its checksum" % at)
        body = data[at + 12:at + 12 + length]
        crc, = struct.unpack("<I", data[at + 12 + length:at + 16 + length])
        if len(body) != length or masked_crc(body) != crc:
            raise ValueError("the data at byte %d does not match its checksum" % at)
        yield body
        at += 16 + length


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        for record in records(file.read()):
            print(json.dumps(event(record)))
