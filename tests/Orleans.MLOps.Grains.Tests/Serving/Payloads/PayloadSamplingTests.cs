using CsCheck;
using Orleans.MLOps.Grains.Serving.Payloads;

namespace Orleans.MLOps.Grains.Tests.Serving.Payloads;

public sealed class PayloadSamplingTests
{
    private static readonly Gen<double> Rates = Gen.Double[0, 1];

    [Fact]
    public void IsChosen_SameId_IsAlwaysTheSameAndStaysAtHigherRates() => Gen.Select(Gen.String, Rates, Rates).Sample((id, one, other) =>
    {
        var (lower, higher) = one < other ? (one, other) : (other, one);

        Assert.Equal(PayloadSampling.IsChosen(lower, id), PayloadSampling.IsChosen(lower, new string(id)));
        Assert.True(!PayloadSampling.IsChosen(lower, id) || PayloadSampling.IsChosen(higher, id));
        Assert.True(PayloadSampling.IsChosen(1, id));
        Assert.False(PayloadSampling.IsChosen(0, id));
    });

    [Theory]
    [InlineData("request-1", 0.9, false)]
    [InlineData("request-1", 1, true)]
    public void IsChosen_KnownId_IsTheSameInEveryRelease(string id, double rate, bool chosen) => Assert.Equal(chosen, PayloadSampling.IsChosen(rate, id));

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void IsChosen_ManyIds_AreChosenByTheRate(double rate)
    {
        const int requests = 100_000;
        var chosen = Enumerable.Range(0, requests).Count(i => PayloadSampling.IsChosen(rate, $"request-{i}"));

        Assert.Equal(rate, (double)chosen / requests, 0.01);
    }
}
