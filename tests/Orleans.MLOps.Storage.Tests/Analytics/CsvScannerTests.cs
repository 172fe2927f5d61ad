using System.Text;
using CsCheck;
using Orleans.MLOps.Storage.Analytics;

namespace Orleans.MLOps.Storage.Tests.Analytics;

public sealed class CsvScannerTests
{
    private static readonly Gen<string> Field = Gen.OneOf(Gen.String[Gen.Char["aé\",\n\r 漢"], 0, 8], Gen.String[Gen.Char['0', '9'], 1, 5]);

    [Fact]
    public void Read_AnyFieldsWrittenByTheRules_ComeBack() =>
        Gen.Select(Field.Array[2, 4].Array[1, 20], Gen.Bool, Gen.Bool, Gen.Int[3, 11]).Sample((rows, crlf, mark, piece) =>
        {
            var text = string.Concat(rows.Select(row => string.Join(",", row.Select(Quote)) + (crlf ? "\r\n" : "\n")));
            Assert.Equal(rows, Scan(Encoding.UTF8.GetBytes((mark ? "\uFEFF" : "") + text), piece));
        });

    [Theory]
    [InlineData("a,b", "a|b")]
    [InlineData("a,b\n", "a|b")]
    [InlineData("a,\n,b", "a|/|b")]
    [InlineData("\"a\"\"b\",\"\"\r\n", "a\"b|")]
    [InlineData("a\n\nb\n", "a//b")]
    [InlineData("\uFEFFa,b\n", "a|b")]
    [InlineData("\uFEFF", "")]
    public void Read_Text_GivesFields(string text, string expected) =>
        Assert.Equal(expected, string.Join("/", Scan(Encoding.UTF8.GetBytes(text), 64).Select(r => string.Join("|", r))));

    [Theory]
    [InlineData("a,b\n1,\"x", "Line 2", "never closed")]
    [InlineData("a,b\n1,x\"y\n", "Line 2, field 2", "quote")]
    [InlineData("a,b\n1,\"x\"y\n", "Line 2, field 2", "closing quote")]
    [InlineData("a\rb\n", "Line 1, field 1", "carriage return")]
    [InlineData("a\n\"x\ny\"\nz\"", "Line 4", "quote")]
    public void Read_BrokenQuoting_NamesLineAndField(string text, string where, string what)
    {
        var error = Assert.Throws<InvalidInputException>(() => Scan(Encoding.UTF8.GetBytes(text), 64));
        Assert.StartsWith(where, error.Message, StringComparison.Ordinal);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', (byte)'b', 0xE9, (byte)'\n' }, "Line 2, field 1: byte 0xE9", "offset 2")]
    [InlineData(new byte[] { (byte)'a', (byte)',', 0xC3, (byte)',', 0xA9 }, "Line 1, field 2: byte 0xC3", "offset 0")]
    [InlineData(new byte[] { (byte)'a', 0xED, 0xA0, 0x80 }, "Line 1, field 1: byte 0xED", "offset 0")]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'a', 0 }, "Line 1, field 1: byte 0xFF", "offset 0")]
    public void Read_NotUtf8_NamesLineFieldAndOffset(byte[] bytes, string where, string offset)
    {
        var error = Assert.Throws<InvalidInputException>(() => Scan(bytes, 64));
        Assert.StartsWith(where, error.Message, StringComparison.Ordinal);
        Assert.Contains(offset, error.Message, StringComparison.Ordinal);
    }

    private static string Quote(string field) =>
        field.AsSpan().ContainsAny("\",\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;

    private static List<string[]> Scan(byte[] bytes, int piece)
    {
        using var stream = new SmallPieces(bytes, piece);
        var scanner = new CsvScanner(stream);
        var rows = new List<string[]>();
        while (scanner.Read())
        {
            rows.Add([.. Enumerable.Range(0, scanner.FieldCount).Select(scanner.Text)]);
        }

        return rows;
    }

    private sealed class SmallPieces(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(piece, buffer.Length)]);
    }
}
