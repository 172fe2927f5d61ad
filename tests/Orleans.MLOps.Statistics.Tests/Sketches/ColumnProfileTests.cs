using CsCheck;
using Orleans.MLOps.Statistics.Sketches;

namespace Orleans.MLOps.Statistics.Tests.Sketches;

public class ColumnProfileTests
{
    private static readonly Gen<double?[]> Numbers = Gen.OneOf(
        Gen.Double[-1000, 1000].Select(x => (double?)x),
        Gen.Const((double?)null),
        Gen.Const((double?)double.NaN),
        Gen.Const((double?)double.PositiveInfinity),
        Gen.Const((double?)double.NegativeInfinity)).Array[0, 60];

    private static readonly Gen<string?[]> Texts = Gen.OneOf(
        Gen.Int[0, 30].Select(i => (string?)new string('t', i)),
        Gen.Const((string?)null)).Array[0, 60];

    [Fact]
    public void Add_Numbers_CountsEachKindApart()
    {
        var profile = Of([1, 2, 3, null, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.NegativeInfinity]);
        Assert.Equal(8, profile.Count);
        Assert.Equal(3, profile.ValueCount);
        Assert.Equal((1, 1, 1, 2), (profile.NullCount, profile.NaNCount, profile.PositiveInfinityCount, profile.NegativeInfinityCount));
        Assert.Equal((1.0, 3.0, 2.0, 1.0), (profile.Min, profile.Max, profile.Mean, profile.StandardDeviation));
        Assert.Equal(3, profile.DistinctEstimate(), 0.01);
    }

    [Fact]
    public void Add_LargeOffset_KeepsTheVariance()
    {
        var profile = Of([.. Enumerable.Range(0, 1000).Select(i => (double?)(1e9 + i % 2))]);
        Assert.Equal(0.50025, profile.StandardDeviation, 1e-5);
    }

    [Fact]
    public void MergeFrom_NumbersInAnySplit_EqualsOneProfile() =>
        Gen.Select(Numbers, Numbers, Numbers).Sample((a, b, c) =>
        {
            var whole = Of([.. a, .. b, .. c]);
            var merged = Of(c);
            merged.MergeFrom(Of(a));
            merged.MergeFrom(Of(b));
            Assert.Equal(whole.Count, merged.Count);
            Assert.Equal((whole.NullCount, whole.NaNCount, whole.Min, whole.Max), (merged.NullCount, merged.NaNCount, merged.Min, merged.Max));
            Assert.Equal(whole.DistinctEstimate(), merged.DistinctEstimate());
            Assert.Equal(whole.Quantiles!.Quantile(0.3), merged.Quantiles!.Quantile(0.3));
            if (whole.ValueCount > 0)
                Assert.Equal(whole.Mean, merged.Mean, 1e-9);
            Assert.Equal(whole.SumOfSquaredDeviations, merged.SumOfSquaredDeviations, 1e-9 * (1 + whole.SumOfSquaredDeviations));
        });

    [Fact]
    public void MergeFrom_TextsInAnySplit_EqualsOneProfile() =>
        Gen.Select(Texts, Texts).Sample((a, b) =>
        {
            var merged = Of(b);
            merged.MergeFrom(Of(a));
            Assert.Equal(Checkpoint.Bytes(Of([.. a, .. b]).Write), Checkpoint.Bytes(merged.Write));
        });

    [Fact]
    public void Read_AfterWrite_GivesTheSameProfile() =>
        Gen.Select(Numbers, Texts).Sample((numbers, texts) =>
        {
            foreach (var profile in new[] { Of(numbers), Of(texts) })
            {
                var copy = Checkpoint.Copy(profile.Write, ColumnProfile.Read);
                Assert.Equal(Checkpoint.Bytes(profile.Write), Checkpoint.Bytes(copy.Write));
                Assert.Equal(profile.Count, copy.Count);
                Assert.Equal((profile.Mean, profile.MinLength, profile.MaxLength), (copy.Mean, copy.MinLength, copy.MaxLength));
            }
        });

    [Fact]
    public void Read_DamagedState_IsRefused()
    {
        Checkpoint.RefusesDamage(Checkpoint.Bytes(Of([1, 2, null]).Write), ColumnProfile.Read);
        Checkpoint.RefusesDamage(Checkpoint.Bytes(Of(["a", "bb", null]).Write), ColumnProfile.Read);
    }

    [Fact]
    public void Add_WrongKind_IsRefused()
    {
        Assert.Throws<InvalidOperationException>(() => new ColumnProfile(ColumnKind.Text).Add(1.0));
        Assert.Throws<InvalidOperationException>(() => new ColumnProfile(ColumnKind.Numeric).Add("1"));
        Assert.Throws<ArgumentException>(() => new ColumnProfile(ColumnKind.Numeric).MergeFrom(new ColumnProfile(ColumnKind.Text)));
    }

    internal static ColumnProfile Of(double?[] values)
    {
        var profile = new ColumnProfile(ColumnKind.Numeric);
        foreach (var value in values)
        {
            if (value is { } number)
                profile.Add(number);
            else
                profile.AddNull();
        }
        return profile;
    }

    internal static ColumnProfile Of(string?[] values)
    {
        var profile = new ColumnProfile(ColumnKind.Text);
        foreach (var value in values)
        {
            if (value is null)
                profile.AddNull();
            else
                profile.Add(value);
        }
        return profile;
    }
}
