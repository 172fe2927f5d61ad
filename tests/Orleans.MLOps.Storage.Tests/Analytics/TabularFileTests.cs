using System.Globalization;
using System.Text;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Storage.Analytics;
using Orleans.MLOps.Storage.Tests.Support;

namespace Orleans.MLOps.Storage.Tests.Analytics;

public sealed class TabularFileTests : IDisposable
{
    private const string Flights = "id,late,share,at,day,where\n1,true,0.5,2001-01-01T10:00:00+01:00,2001-01-01,\"O'Hare, \"\"ORD\"\"\"\r\n2,FALSE,3,2001-01-01 09:00:00.25,2001-01-02,\n,,NaN,,,é\n";

    private readonly TempFolder _folder = new();
    private readonly AnalyticsEngine _engine;

    public TabularFileTests() => _engine = new AnalyticsEngine(_folder.Options);

    public void Dispose()
    {
        _engine.Dispose();
        _folder.Dispose();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OpenAsync_Csv_InfersTypesAndReadsRows()
    {
        var file = await OpenAsync(Flights);
        Assert.Equal(DataFormat.Csv, file.Format);
        Assert.Equal(3, file.RowCount);
        AssertFlightsSchema(file);
        AssertFlights(await RowsAsync(file));
    }

    [Fact]
    public async Task WriteParquetAsync_Csv_ReopensAlikeWithOrdinals()
    {
        var file = await OpenAsync(Flights);
        var target = _folder["canonical.parquet"];
        Assert.Equal(3, await file.WriteParquetAsync(target, Token));
        var ordinals = await _engine.QueryAsync("SELECT row_ordinal FROM source", [AnalyticsSource.Of(target)], r => r.GetInt64(0), Token);
        Assert.Equal([0L, 1L, 2L], ordinals);
        var schema = await _engine.DescribeAsync("FROM source", [AnalyticsSource.Of(target)], Token);
        Assert.Equal(["BIGINT", "BIGINT", "BOOLEAN", "DOUBLE", "TIMESTAMP", "DATE", "VARCHAR"], schema.Columns.Select(c => c.SqlType));
        await _engine.WriteParquetAsync("SELECT * EXCLUDE (row_ordinal) FROM source", [AnalyticsSource.Of(target)], _folder["copy"], Token);
        var copy = await TabularFile.OpenAsync(_engine, _folder["copy"], cancellationToken: Token);
        Assert.Equal(DataFormat.Parquet, copy.Format);
        AssertFlightsSchema(copy);
        AssertFlights(await RowsAsync(copy));
    }

    [Fact]
    public async Task WriteParquetAsync_ManyRows_KeepFileOrder()
    {
        const int rows = 300_000;
        await _engine.WriteParquetAsync($"SELECT (i * 7919) % {rows} AS n, i::UTINYINT % 7 AS small, i::DECIMAL(9, 2) AS money FROM range({rows}) r(i) WHERE i < {rows}".Replace("i::UTINYINT", "(i % 200)::UTINYINT", StringComparison.Ordinal), [], _folder["in"], Token);
        var file = await TabularFile.OpenAsync(_engine, _folder["in"], cancellationToken: Token);
        Assert.Equal([ColumnType.Int64, ColumnType.Int64, ColumnType.Double], file.Columns.Select(c => c.Type));
        Assert.Equal(rows, await file.WriteParquetAsync(_folder["out"], Token));
        var wrong = await _engine.QueryAsync(
            $"SELECT count(*) FILTER (n <> (row_ordinal * 7919) % {rows}), count(DISTINCT row_ordinal), min(row_ordinal) FROM source",
            [AnalyticsSource.Of(_folder["out"])], r => (r.GetInt64(0), r.GetInt64(1), r.GetInt64(2)), Token);
        Assert.Equal([(0L, (long)rows, 0L)], wrong);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("\uFEFF", "empty")]
    [InlineData("a,b\n", "no rows")]
    [InlineData("a,b\n1,2\n1,2,3\n", "Line 3: expected 2 columns as in the header, found 3")]
    [InlineData("a,b\n1,2\n\n", "Line 3: expected 2 columns as in the header, found 1")]
    [InlineData("a,b\n\"1\n2\",2\n1\n", "Line 4: expected 2")]
    [InlineData("a,b,a\n1,2,3\n", "Columns 1 and 3 are both named \"a\"")]
    [InlineData("a,b,A\n1,2,3\n", "Columns 1 and 3")]
    [InlineData("a,,b\n1,2,3\n", "Column 2 of 3 has no name")]
    [InlineData("a,row_ordinal\n1,2\n", "row_ordinal")]
    public async Task OpenAsync_WrongCsv_NamesWhatAndWhere(string text, string what)
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => OpenAsync(text));
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ColumnType.Int64, "1.5")]
    [InlineData(ColumnType.Double, "x")]
    [InlineData(ColumnType.Boolean, "1")]
    [InlineData(ColumnType.Date, "2001-13-01")]
    [InlineData(ColumnType.Timestamp, "noon")]
    public async Task OpenAsync_ValueNotOfDeclaredType_NamesLineColumnAndValue(ColumnType type, string value)
    {
        var options = new TabularOptions { Types = new Dictionary<string, ColumnType> { ["b"] = type } };
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => OpenAsync($"a,b\n1,\n2,{value}\n", options));
        Assert.Contains($"Line 3, column \"b\": the value \"{value}\" is no {type}", error.Message, StringComparison.Ordinal);
        Assert.Equal("b", error.Field);
    }

    [Fact]
    public async Task OpenAsync_DeclaredColumnMissing_IsInvalid()
    {
        var options = new TabularOptions { Types = new Dictionary<string, ColumnType> { ["c"] = ColumnType.Text } };
        await Assert.ThrowsAsync<InvalidInputException>(() => OpenAsync("a,b\n1,2\n", options));
    }

    [Theory]
    [InlineData("5.5", ColumnType.Double)]
    [InlineData("x", null)]
    public async Task OpenAsync_OtherValueAfterTheSample_WidensNumbersButNotToText(string last, ColumnType? expected)
    {
        var text = new StringBuilder("n\n");
        for (var i = 0; i < ColumnInference.SampleValues; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i}\n");
        }

        text.Append(last).Append('\n');
        if (expected is { } type)
        {
            Assert.Equal(type, (await OpenAsync(text.ToString())).Columns[0].Type);
        }
        else
        {
            var error = await Assert.ThrowsAsync<InvalidInputException>(() => OpenAsync(text.ToString()));
            Assert.Contains($"Line {ColumnInference.SampleValues + 2}, column \"n\": the value \"x\" is no Int64", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("1\n2.5\n", ColumnType.Double)]
    [InlineData("1\nx\n", ColumnType.Text)]
    [InlineData("\n\n", ColumnType.Text)]
    [InlineData("2001-01-01\n2001-01-01T10:00Z\n", ColumnType.Timestamp)]
    [InlineData("2001-01-01\n5\n", ColumnType.Text)]
    [InlineData("1\ntrue\n", ColumnType.Text)]
    [InlineData("01\n02\n", ColumnType.Text)]
    public async Task OpenAsync_MixedValues_FindTheNarrowestCommonType(string values, ColumnType expected) =>
        Assert.Equal(expected, (await OpenAsync("n\n" + values)).Columns[0].Type);

    [Theory]
    [InlineData(0.0, "empty")]
    [InlineData(0.01, "truncated")]
    [InlineData(0.5, "truncated")]
    [InlineData(0.999, "truncated")]
    public async Task OpenAsync_CutParquet_SaysSo(double share, string what)
    {
        var bytes = await ParquetAsync();
        await File.WriteAllBytesAsync(_folder["cut"], bytes[..(int)(bytes.Length * share)], Token);
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => TabularFile.OpenAsync(_engine, _folder["cut"], new TabularOptions { Format = DataFormat.Parquet }, Token));
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_CsvGivenAsParquet_SaysSo()
    {
        await File.WriteAllTextAsync(_folder["csv"], Flights, Token);
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => TabularFile.OpenAsync(_engine, _folder["csv"], new TabularOptions { Format = DataFormat.Parquet }, Token));
        Assert.Contains("not Parquet", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteParquetAsync_CorruptPages_IsInvalidAndLeavesNothing()
    {
        var bytes = await ParquetAsync();
        for (var i = 8; i < 200; i++)
        {
            bytes[i] ^= 0x5A;
        }

        await File.WriteAllBytesAsync(_folder["corrupt"], bytes, Token);
        var error = await Assert.ThrowsAsync<InvalidInputException>(async () =>
        {
            var file = await TabularFile.OpenAsync(_engine, _folder["corrupt"], cancellationToken: Token);
            await file.WriteParquetAsync(_folder["out"], Token);
        });
        Assert.Contains("corrupt", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["out"]));
    }

    [Fact]
    public async Task OpenAsync_ParquetWithRepeatedName_IsInvalid()
    {
        await _engine.WriteParquetAsync("SELECT 1 AS column_x, 2 AS column_y", [], _folder["in"], Token);
        var latin = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(_folder["in"], Token)).Replace("column_y", "column_x", StringComparison.Ordinal);
        await File.WriteAllBytesAsync(_folder["in"], Encoding.Latin1.GetBytes(latin), Token);
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => TabularFile.OpenAsync(_engine, _folder["in"], cancellationToken: Token));
        Assert.Contains("both named \"column_x\"", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT [1, 2] AS c", "INTEGER[]")]
    [InlineData("SELECT {'a': 1} AS c", "STRUCT")]
    [InlineData("SELECT TIME '10:00' AS c", "TIME")]
    [InlineData("SELECT 18446744073709551615::UBIGINT AS c", "Row 0 (from 0), column \"c\": the value \"18446744073709551615\" is no Int64")]
    public async Task OpenAsync_ParquetTypeThatDatasetsDoNotHold_NamesTheColumn(string sql, string what)
    {
        await _engine.WriteParquetAsync(sql, [], _folder["in"], Token);
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => TabularFile.OpenAsync(_engine, _folder["in"], cancellationToken: Token));
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Equal("c", error.Field);
    }

    [Fact]
    public async Task OpenAsync_MoreColumnsThanAllowed_IsRefusedFromTheHeader()
    {
        await File.WriteAllTextAsync(_folder["in"], string.Join(',', Enumerable.Range(0, 4097).Select(i => $"c{i}")) + "\nnot,as,many\n", Token);
        var csv = await Assert.ThrowsAsync<InvalidInputException>(() => TabularFile.OpenAsync(_engine, _folder["in"], cancellationToken: Token));
        await _engine.WriteParquetAsync($"SELECT {string.Join(", ", Enumerable.Range(0, 4097).Select(i => $"{i} AS c{i}"))}", [], _folder["in"], Token);
        var parquet = await Assert.ThrowsAsync<InvalidInputException>(() => TabularFile.OpenAsync(_engine, _folder["in"], cancellationToken: Token));

        Assert.All([csv, parquet], error => Assert.Equal("columns", error.Field));
        Assert.All([csv, parquet], error => Assert.Contains("4097 columns", error.Message, StringComparison.Ordinal));
        Assert.All([csv, parquet], error => Assert.Contains("4096 are allowed", error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task OpenAsync_NoFile_IsNotFound() =>
        await Assert.ThrowsAsync<NotFoundException>(() => TabularFile.OpenAsync(_engine, _folder["nothing"], cancellationToken: Token));

    private async Task<byte[]> ParquetAsync()
    {
        await _engine.WriteParquetAsync("SELECT i, 'v' || i AS t FROM range(1000) r(i)", [], _folder["good"], Token);
        return await File.ReadAllBytesAsync(_folder["good"], Token);
    }

    private async Task<TabularFile> OpenAsync(string text, TabularOptions? options = null)
    {
        await File.WriteAllTextAsync(_folder["input"], text, Token);
        return await TabularFile.OpenAsync(_engine, _folder["input"], options, Token);
    }

    private static async Task<List<object?[]>> RowsAsync(TabularFile file)
    {
        var rows = new List<object?[]>();
        await file.ReadAsync(row => rows.Add([.. row]), Token);
        return rows;
    }

    private static void AssertFlightsSchema(TabularFile file)
    {
        Assert.Equal(["id", "late", "share", "at", "day", "where"], file.Columns.Select(c => c.Name));
        Assert.Equal([ColumnType.Int64, ColumnType.Boolean, ColumnType.Double, ColumnType.Timestamp, ColumnType.Date, ColumnType.Text], file.Columns.Select(c => c.Type));
    }

    private static void AssertFlights(List<object?[]> rows)
    {
        Assert.Equal([1L, true, 0.5, new DateTimeOffset(2001, 1, 1, 9, 0, 0, TimeSpan.Zero), new DateOnly(2001, 1, 1), "O'Hare, \"ORD\""], rows[0]);
        Assert.Equal([2L, false, 3.0, new DateTimeOffset(2001, 1, 1, 9, 0, 0, 250, TimeSpan.Zero), new DateOnly(2001, 1, 2), null], rows[1]);
        Assert.Equal([null, null, double.NaN, null, null, "é"], rows[2]);
    }
}
