using System.Globalization;
using System.Text;
using CsCheck;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Storage.Analytics;

namespace Orleans.MLOps.Storage.Tests.Analytics;

public sealed class CsvValueTests
{
    [Theory]
    [InlineData("0", ColumnType.Int64, true)]
    [InlineData("-9223372036854775808", ColumnType.Int64, true)]
    [InlineData("9223372036854775808", ColumnType.Int64, false)]
    [InlineData("9223372036854775808", ColumnType.Double, false)]
    [InlineData("007", ColumnType.Int64, false)]
    [InlineData("007", ColumnType.Double, false)]
    [InlineData("-0", ColumnType.Int64, true)]
    [InlineData("+1", ColumnType.Int64, false)]
    [InlineData("1 ", ColumnType.Int64, false)]
    [InlineData("1.0", ColumnType.Int64, false)]
    [InlineData("-", ColumnType.Double, false)]
    [InlineData(".5", ColumnType.Double, true)]
    [InlineData("-1.5e-7", ColumnType.Double, true)]
    [InlineData("1e999", ColumnType.Double, false)]
    [InlineData("NaN", ColumnType.Double, true)]
    [InlineData("-Infinity", ColumnType.Double, true)]
    [InlineData("-nan", ColumnType.Double, false)]
    [InlineData("1,5", ColumnType.Double, false)]
    [InlineData("0x10", ColumnType.Double, false)]
    [InlineData("True", ColumnType.Boolean, true)]
    [InlineData("yes", ColumnType.Boolean, false)]
    [InlineData("2001-02-28", ColumnType.Date, true)]
    [InlineData("2001-02-29", ColumnType.Date, false)]
    [InlineData("0000-01-01", ColumnType.Date, false)]
    [InlineData("2001-1-1", ColumnType.Date, false)]
    [InlineData("2001-02-28", ColumnType.Timestamp, true)]
    [InlineData("2001-02-28 23:59", ColumnType.Timestamp, true)]
    [InlineData("2001-02-28T24:00", ColumnType.Timestamp, false)]
    [InlineData("2001-02-28T23:59:60", ColumnType.Timestamp, false)]
    [InlineData("2001-02-28T23:59:59.", ColumnType.Timestamp, false)]
    [InlineData("2001-02-28T23:59:59.1234567890", ColumnType.Timestamp, false)]
    [InlineData("2001-02-28T23:59:59+2", ColumnType.Timestamp, false)]
    [InlineData("0001-01-01T00:00+01", ColumnType.Timestamp, false)]
    public void Fits_Text_IsThatType(string text, ColumnType type, bool expected) => Assert.Equal(expected, CsvValue.Fits(Encoding.UTF8.GetBytes(text), type));

    [Theory]
    [InlineData("2001-04-01T03:00:00Z", "2001-04-01T03:00:00.000000")]
    [InlineData("2001-04-01 03:00:00.5-05:30", "2001-04-01T08:30:00.500000")]
    [InlineData("2001-04-01T03:00+0100", "2001-04-01T02:00:00.000000")]
    [InlineData("2001-04-01T03:00:00.123456789", "2001-04-01T03:00:00.123456")]
    public void TryTimestamp_Offsets_BecomeUtc(string text, string expected)
    {
        Assert.True(CsvValue.TryTimestamp(Encoding.UTF8.GetBytes(text), out var value));
        Assert.Equal(expected, value.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture));
        Assert.Equal(DateTimeKind.Utc, value.Kind);
    }

    [Fact]
    public void TryDouble_AnyDoubleAsText_ComesBack() => Gen.Double.Where(d => !double.IsInteger(d)).Sample(d =>
        CsvValue.TryDouble(Encoding.UTF8.GetBytes(d.ToString("R", CultureInfo.InvariantCulture).Replace("E+", "E", StringComparison.Ordinal)), out var back) && back.Equals(d));

    [Fact]
    public void TryInt64_AnyInteger_ComesBack() => Gen.Long.Sample(n =>
        CsvValue.TryInt64(Encoding.UTF8.GetBytes(n.ToString(CultureInfo.InvariantCulture)), out var back) && back == n);
}
