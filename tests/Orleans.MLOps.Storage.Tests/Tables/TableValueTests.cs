using CsCheck;
using Orleans.MLOps.Storage.Tables;
using Orleans.MLOps.Storage.Tests.Support;

namespace Orleans.MLOps.Storage.Tests.Tables;

public sealed class TableValueTests
{
    [Fact]
    public void Microseconds_AnyTime_SurviveTheRoundTrip() =>
        Gen.Long[DateTime.MinValue.Ticks / 10, DateTime.MaxValue.Ticks / 10].Sample(us =>
        {
            var time = new DateTimeOffset(us * 10, TimeSpan.Zero);
            return TableValue.FromMicroseconds(TableValue.ToMicroseconds(time)) == time;
        });

    [Fact]
    public void ToMicroseconds_OffsetAndFraction_IsUtcAndCutOff()
    {
        Assert.Equal(1_500_000, TableValue.ToMicroseconds(new DateTimeOffset(1970, 1, 1, 2, 0, 1, 500, TimeSpan.FromHours(2)).AddTicks(9)));
        Assert.Equal(-1, TableValue.ToMicroseconds(DateTimeOffset.UnixEpoch.AddTicks(-10)));
    }

    [Fact]
    public void TableWrite_ForeignTypesNaNAndControlStatements_AreRefused()
    {
        var write = new TableWrite();
        Assert.Throws<ArgumentException>(() => write.Add("INSERT INTO t VALUES ($1)", double.NaN));
        Assert.Throws<ArgumentException>(() => write.Add("INSERT INTO t VALUES ($1)", new object()));
        Assert.Throws<ArgumentException>(() => write.Add("COMMIT"));
        Assert.Throws<ArgumentException>(() => write.Add("INSERT OR ROLLBACK INTO t VALUES (1)"));
        Assert.Empty(write.Statements);
    }

    [Fact]
    public async Task WriteAsync_EveryType_ComesBack()
    {
        using var folder = new TempFolder();
        await using var tables = TestTables.Open(folder.Options);
        var time = new DateTimeOffset(2001, 4, 1, 3, 0, 0, TimeSpan.Zero).AddMicroseconds(7);
        var rows = await tables.QueryAsync(
            "SELECT $1, $2, $3, $4, $5, $6, $7, $8",
            r => (r.GetNullableString(0), r.GetString(1), r.GetInt64(2), r.GetBoolean(3), r.GetDouble(4), r.GetDouble(5), r.GetTime(6), r.GetFieldValue<byte[]>(7)),
            TestContext.Current.CancellationToken,
            null, "é", long.MinValue, true, double.NegativeInfinity, 0.1, time, new byte[] { 1, 0, 2 });
        var (none, text, number, flag, infinity, real, back, bytes) = rows[0];
        Assert.Equal((null, "é", long.MinValue, true, double.NegativeInfinity, 0.1, time), (none, text, number, flag, infinity, real, back));
        Assert.Equal([1, 0, 2], bytes);
    }
}
