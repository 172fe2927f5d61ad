using System.Security.Cryptography;
using Orleans.MLOps.Storage.Analytics;
using Orleans.MLOps.Storage.Tests.Support;

namespace Orleans.MLOps.Storage.Tests.Analytics;

public sealed class ParquetColumnsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly AnalyticsEngine _engine;

    public ParquetColumnsTests() => _engine = new AnalyticsEngine(_folder.Options);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _engine.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task WriteQueryAsync_ColumnsBesideAFile_KeepsEveryValueAndWhatIsMissing()
    {
        var (input, output) = (_folder["input"], _folder["output"]);
        await _engine.WriteParquetAsync("SELECT i, 'v' || i AS t FROM range(4) r(i)", [], input, Token);

        var rows = await WriteAsync(input, output, "note");

        Assert.Equal(4, rows);
        var found = await _engine.QueryAsync(
            "SELECT concat_ws('|', t, CASE WHEN isnan(d) THEN 'nan' ELSE d::VARCHAR END, n::VARCHAR, b::VARCHAR, s) FROM source", [AnalyticsSource.Of(output)], row => row.GetString(0), Token);
        Assert.Equal(["v0|0.1|-1|true|a", "v1|nan|9223372036854775807|false|", "v2|inf|0|true|b", "v3"], found);
    }

    [Fact]
    public async Task WriteQueryAsync_OtherNote_IsOtherBytesOfTheSameRows()
    {
        var input = _folder["input"];
        await _engine.WriteParquetAsync("SELECT i, 'v' || i AS t FROM range(4) r(i)", [], input, Token);

        var digests = new List<string>();
        foreach (var note in new[] { "it's mine", "it's mine", "yours" })
        {
            await WriteAsync(input, _folder["output"], note);
            digests.Add(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(_folder["output"], Token))));
        }

        Assert.Equal(digests[0], digests[1]);
        Assert.NotEqual(digests[0], digests[2]);
    }

    private Task<long> WriteAsync(string input, string output, string note) => _engine.WriteQueryAsync(
        "SELECT source.t, added.d, added.n, added.b, added.s FROM source JOIN added ON source.i = added.i ORDER BY source.i",
        [AnalyticsSource.Of(input)],
        [
            ParquetColumn.Integers("i", [3, 2, 1, 0]),
            ParquetColumn.Numbers("d", [null, double.PositiveInfinity, double.NaN, 0.1]),
            ParquetColumn.Integers("n", [null, 0, long.MaxValue, -1]),
            ParquetColumn.Booleans("b", [null, true, false, true]),
            ParquetColumn.Texts("s", [null, "b", "", "a"]),
        ],
        note,
        output,
        Token);
}
