using System.Text;

namespace Orleans.MLOps.Storage.Analytics;

/// <summary>
/// Cuts RFC 4180 text into records, strictly: UTF-8 (a byte order mark is skipped), commas, LF or CRLF, quotes around whole fields only.
/// Works on bytes; what it cannot read is an error with line and byte offset, never a guess.
/// </summary>
internal sealed class CsvScanner(Stream stream)
{
    private const int MaxRecordBytes = 16 << 20;
    private const int EndOfFile = -1;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _buffer = new byte[128 << 10];
    private readonly List<int> _ends = [];
    private byte[] _record = new byte[4 << 10];
    private int _recordLength;
    private int _filled;
    private int _next;
    private long _offset;
    private long _line = 1;
    private bool _started;

    /// <summary>The line on which the current record starts, from 1.</summary>
    public long Line { get; private set; }

    public int FieldCount => _ends.Count;

    public ReadOnlySpan<byte> Field(int index)
    {
        var start = index == 0 ? 0 : _ends[index - 1];
        return _record.AsSpan(start, _ends[index] - start);
    }

    public string Text(int index) => Strict.GetString(Field(index));

    /// <summary>Reads the next record; false at the end of the file.</summary>
    public bool Read()
    {
        if (!_started)
        {
            _started = true;
            SkipByteOrderMark();
        }

        _ends.Clear();
        _recordLength = 0;
        Line = _line;
        if (Peek() == EndOfFile)
        {
            return false;
        }

        var start = _offset;
        while (ReadField())
        {
        }

        RequireUtf8(start);
        return true;
    }

    /// <summary>Reads one field with the separator behind it; false when it was the record's last.</summary>
    private bool ReadField()
    {
        if (Peek() == '"')
        {
            ReadQuoted();
        }

        while (true)
        {
            var value = Take();
            switch (value)
            {
                case ',':
                    _ends.Add(_recordLength);
                    return true;
                case '\r' when Peek() == '\n':
                    continue;
                case '\n':
                    _line++;
                    _ends.Add(_recordLength);
                    return false;
                case EndOfFile:
                    _ends.Add(_recordLength);
                    return false;
                case '\r':
                    throw Wrong("a carriage return outside quotes must be followed by a line feed");
                case '"':
                    throw Wrong("a quote may stand only around a whole field; inside a quoted field it is written twice");
                default:
                    Append((byte)value);
                    continue;
            }
        }
    }

    private void ReadQuoted()
    {
        var opened = _line;
        Take();
        while (true)
        {
            var value = Take();
            if (value == EndOfFile)
            {
                throw new InvalidInputException($"Line {opened}: the quote opened in field {_ends.Count + 1} is never closed.", "content");
            }

            if (value == '"')
            {
                if (Peek() == '"')
                {
                    Take();
                }
                else if (Peek() is ',' or '\r' or '\n' or EndOfFile)
                {
                    return;
                }
                else
                {
                    throw Wrong("after a closing quote a comma or the end of the line must follow");
                }
            }
            else if (value == '\n')
            {
                _line++;
            }

            Append((byte)value);
        }
    }

    private void RequireUtf8(long recordOffset)
    {
        var record = _record.AsSpan(0, _recordLength);
        if (System.Text.Unicode.Utf8.IsValid(record))
        {
            // Two halves of a character around a comma would join here, so fields are looked at singly when there is anything beyond ASCII.
            if (Ascii.IsValid(record))
            {
                return;
            }
        }

        for (var i = 0; i < FieldCount; i++)
        {
            var field = Field(i);
            var valid = 0;
            while (valid < field.Length)
            {
                if (Rune.DecodeFromUtf8(field[valid..], out _, out var consumed) != System.Buffers.OperationStatus.Done)
                {
                    throw new InvalidInputException(
                        $"Line {Line}, field {i + 1}: byte 0x{field[valid]:X2} is not UTF-8 (the record starts at byte offset {recordOffset}); convert the file to UTF-8.", "content");
                }

                valid += consumed;
            }
        }
    }

    private void SkipByteOrderMark()
    {
        if (Peek() == 0xEF && _filled >= 3 && _buffer[1] == 0xBB && _buffer[2] == 0xBF)
        {
            _next += 3;
            _offset += 3;
        }
    }

    private InvalidInputException Wrong(string what) => new($"Line {_line}, field {_ends.Count + 1}, byte offset {_offset - 1}: {what}.", "content");

    private void Append(byte value)
    {
        if (_recordLength == _record.Length)
        {
            if (_recordLength >= MaxRecordBytes)
            {
                throw new InvalidInputException($"Line {Line}: the record is longer than {MaxRecordBytes} bytes; probably a quote is not closed.", "content");
            }

            Array.Resize(ref _record, _record.Length * 2);
        }

        _record[_recordLength++] = value;
    }

    private int Peek()
    {
        if (_next == _filled)
        {
            _filled = stream.ReadAtLeast(_buffer, 3, throwOnEndOfStream: false);
            _next = 0;
        }

        return _filled == 0 ? EndOfFile : _buffer[_next];
    }

    private int Take()
    {
        var value = Peek();
        if (value != EndOfFile)
        {
            _next++;
            _offset++;
        }

        return value;
    }
}
