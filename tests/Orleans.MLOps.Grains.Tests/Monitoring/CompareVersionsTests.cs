using Orleans.MLOps.Grains.Tests.Serving;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Monitoring;

public sealed class CompareVersionsTests(ReplayPlatform platform) : IClassFixture<ReplayPlatform>
{
    private const int Rows = 400;

    [Fact]
    public async Task Compare_ArmsOfDifferentQuality_NamesTheBetterOneByLabelsSinceTheyServeTogether()
    {
        var name = await platform.ServeAsync();
        await platform.RegisterAsync(name, 2);
        await AskAsync(name, (_, _) => false);
        platform.Clock.Advance(TimeSpan.FromMinutes(90));
        await platform.DeployAsync(name, LogPolicy.Durable, 1, 2);

        // Counting begins with the first whole hour.
        platform.Clock.Advance(TimeSpan.FromHours(2));
        var before = await CompareAsync(name);
        await AskAsync(name, (version, row) => version == 2 || row % 3 != 0);
        var after = await CompareAsync(name);

        Assert.Equal((ComparisonVerdict.TooFewLabels, 0, (double?)null), (before.Verdict, before.Baseline.Labelled, before.Difference));
        Assert.Equal(ComparisonVerdict.CandidateIsBetter, after.Verdict);
        Assert.Equal(Rows, after.Baseline.Labelled + after.Candidate.Labelled);
        Assert.Equal(after.Candidate.Labelled, after.Candidate.Correct);
        Assert.InRange(after.Difference!.Value, after.Low!.Value, after.High!.Value);
        Assert.True(after.PValue < 0.05);
    }

    [Fact]
    public async Task Compare_VersionWithoutTrafficOrBadQuestion_IsRefused()
    {
        var name = await platform.ServeAsync();
        await platform.RegisterAsync(name, 2);
        var query = new CompareVersions { Endpoint = name, Baseline = 1, Candidate = 2 };

        var absent = await Assert.ThrowsAsync<FailedPreconditionException>(() => platform.Client.Monitoring.CompareAsync(query));
        await Assert.ThrowsAsync<InvalidInputException>(() => platform.Client.Monitoring.CompareAsync(query with { Candidate = 1 }));
        await Assert.ThrowsAsync<InvalidInputException>(() => platform.Client.Monitoring.CompareAsync(query with { Confidence = 1 }));
        await Assert.ThrowsAsync<NotFoundException>(() => platform.Client.Monitoring.CompareAsync(query with { Endpoint = "nothing" }));

        Assert.Contains("version 2, which has no traffic", absent.Message, StringComparison.Ordinal);
    }

    private Task<VersionComparison> CompareAsync(string name) =>
        platform.Client.Monitoring.CompareAsync(new CompareVersions { Endpoint = name, Baseline = 1, Candidate = 2 });

    /// <summary>Asks and labels each row so that its answer was right or wrong as the test says.</summary>
    private async Task AskAsync(string name, Func<int, int, bool> isRight)
    {
        var reply = await platform.PredictAsync(name, [.. Enumerable.Range(0, Rows).Select(row => (row % 7) - 3.0)]);
        await platform.LabelAsync(name, [.. reply.PredictionIds.Select((id, row) =>
            (id, (reply.Probabilities[row] >= 0.5) == isRight(reply.ModelVersions[row], row) ? 1.0 : 0.0))]);
        await platform.Client.Monitoring.FlushAsync(name);
    }
}
