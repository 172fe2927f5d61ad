using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Tests.Platform;

namespace Orleans.MLOps.Grains.Tests.Experiments;

public sealed class RunSearchTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Theory]
    [InlineData(RunField.Param, "rate", Comparison.Equal, "0.1", "a")]
    [InlineData(RunField.Param, "rate", Comparison.NotEqual, "0.1", "b")]
    [InlineData(RunField.Param, "rate", Comparison.Contains, "0.", "ab")]
    [InlineData(RunField.Tag, "team", Comparison.Contains, "RED", "")]
    [InlineData(RunField.Tag, "team", Comparison.Contains, "red", "ac")]
    [InlineData(RunField.Tag, "team", Comparison.Equal, "' OR '1'='1", "")]
    [InlineData(RunField.Attribute, "status", Comparison.Equal, "failed", "c")]
    [InlineData(RunField.Attribute, "name", Comparison.Contains, "un-b", "b")]
    [InlineData(RunField.Attribute, "user", Comparison.NotEqual, "ann", "b")]
    [InlineData(RunField.Metric, "loss", Comparison.Less, "0.5", "ad")]
    [InlineData(RunField.Metric, "loss", Comparison.LessOrEqual, "0.5", "abd")]
    [InlineData(RunField.Metric, "loss", Comparison.Greater, "-Infinity", "ab")]
    [InlineData(RunField.Metric, "loss", Comparison.GreaterOrEqual, "-Infinity", "abd")]
    [InlineData(RunField.Metric, "loss", Comparison.Equal, "NaN", "c")]
    [InlineData(RunField.Metric, "loss", Comparison.NotEqual, "0.5", "acd")]
    public async Task Search_OneCondition_FindsTheRunsThatFulfilIt(RunField field, string key, Comparison comparison, string value, string expected)
    {
        var experiment = await FourRunsAsync();

        var page = await Search.Search(new RunQuery
        {
            ExperimentIds = [experiment],
            Conditions = [new RunCondition { Field = field, Key = key, Comparison = comparison, Value = value }],
        });

        Assert.Equal(expected, string.Concat(page.Runs.Select(run => run.Name![^1]).Order()));
    }

    [Fact]
    public async Task Search_SeveralConditions_AllMustHold()
    {
        var experiment = await FourRunsAsync();

        var page = await Search.Search(new RunQuery
        {
            ExperimentIds = [experiment],
            Conditions =
            [
                new RunCondition { Field = RunField.Tag, Key = "team", Comparison = Comparison.Contains, Value = "red" },
                new RunCondition { Field = RunField.Metric, Key = "loss", Comparison = Comparison.Less, Value = "1" },
            ],
        });

        var run = Assert.Single(page.Runs);
        Assert.Equal("run-a", run.Name);
        Assert.Equal("0.1", run.Params["rate"]);
        Assert.Equal(0.1, run.Metrics["loss"]);
    }

    [Theory]
    [InlineData(true, "dabce")]
    [InlineData(false, "badce")]
    public async Task Search_OrderedByMetricInPages_GivesEachRunOnceInOrder(bool ascending, string expected)
    {
        var experiment = await FourRunsAsync();
        await StartAsync(experiment, "run-e", [], [], null);

        // c has NaN, e has no such metric: they come last either way.
        var names = "";
        string? token = null;
        do
        {
            var page = await Search.Search(new RunQuery
            {
                ExperimentIds = [experiment], OrderByMetric = "loss", Ascending = ascending, Limit = 2, PageToken = token,
            });
            names += string.Concat(page.Runs.Select(run => run.Name![^1]));
            token = page.NextPageToken;
        }
        while (token is not null);

        Assert.Equal(expected, names);
    }

    [Fact]
    public async Task Search_WithoutOrder_GivesTheNewestFirstInPages()
    {
        var experiment = await FourRunsAsync();
        var query = new RunQuery { ExperimentIds = [experiment], Limit = 3 };

        var first = await Search.Search(query);
        var rest = await Search.Search(query with { PageToken = first.NextPageToken });

        Assert.Equal("dcba", string.Concat(first.Runs.Concat(rest.Runs).Select(run => run.Name![^1])));
        Assert.Null(rest.NextPageToken);
    }

    [Fact]
    public async Task Search_TokenOfAnotherSearch_IsRefused()
    {
        var experiment = await FourRunsAsync();
        var query = new RunQuery { ExperimentIds = [experiment], Limit = 1 };
        var token = (await Search.Search(query)).NextPageToken;

        await Assert.ThrowsAsync<InvalidInputException>(() => Search.Search(query with { OrderByMetric = "loss", PageToken = token }));
        await Assert.ThrowsAsync<InvalidInputException>(() => Search.Search(query with { PageToken = "abc" }));
    }

    [Theory]
    [InlineData(RunField.Metric, "loss", Comparison.Contains, "1")]
    [InlineData(RunField.Metric, "loss", Comparison.Less, "small")]
    [InlineData(RunField.Metric, "loss", Comparison.Less, "NaN")]
    [InlineData(RunField.Param, "rate", Comparison.Less, "1")]
    [InlineData(RunField.Attribute, "colour", Comparison.Equal, "red")]
    [InlineData(RunField.Attribute, "status", Comparison.Equal, "sleeping")]
    [InlineData((RunField)9, "x", Comparison.Equal, "1")]
    [InlineData(RunField.Tag, "x", (Comparison)99, "1")]
    public async Task Search_ConditionThatCannotBeCompared_IsRefused(RunField field, string key, Comparison comparison, string value)
    {
        var query = new RunQuery { Conditions = [new RunCondition { Field = field, Key = key, Comparison = comparison, Value = value }] };

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => Search.Search(query));

        Assert.Contains("conditions[0]", error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task Search_LimitOutOfRange_IsRefused(int limit) =>
        await Assert.ThrowsAsync<InvalidInputException>(() => Search.Search(new RunQuery { Limit = limit }));

    [Fact]
    public async Task ListExperiments_DeletedOnes_AreLeftOut()
    {
        var project = Guid.NewGuid().ToString("N");
        var first = await CreateAsync("first", project);
        var second = await CreateAsync("second", project);
        var third = await CreateAsync("third", project);
        await platform.Grains.GetGrain<IExperimentGrain>(new ExperimentKey(second).ToString()).SetLifecycle(Lifecycle.Deleted);

        var listed = await Search.ListExperiments(project);

        Assert.Equal([third, first], listed.Select(experiment => experiment.ExperimentId));
    }

    private IRunSearchGrain Search => platform.Grains.GetGrain<IRunSearchGrain>("runs/search");

    /// <summary>a and b are plain, c failed with a loss of NaN, d has a loss of minus infinity.</summary>
    private async Task<long> FourRunsAsync()
    {
        var experiment = await CreateAsync(Guid.NewGuid().ToString("N"), "default");
        await StartAsync(experiment, "run-a", new() { ["rate"] = "0.1" }, new() { ["team"] = "red" }, 0.1, "ann");
        await StartAsync(experiment, "run-b", new() { ["rate"] = "0.2" }, new() { ["team"] = "blue" }, 0.5, "bob");
        var failed = await StartAsync(experiment, "run-c", [], new() { ["team"] = "infrared" }, double.NaN);
        await failed.End(RunStatus.Failed);
        await StartAsync(experiment, "run-d", [], [], double.NegativeInfinity);
        return experiment;
    }

    private async Task<long> CreateAsync(string name, string project)
    {
        var directory = platform.Grains.GetGrain<IExperimentDirectoryGrain>(new ExperimentDirectoryKey(project, name).ToString());
        return (await directory.Create(new CreateExperiment { Project = project, Name = name })).ExperimentId;
    }

    private async Task<IRunGrain> StartAsync(
        long experiment, string name, Dictionary<string, string> settings, Dictionary<string, string> tags, double? loss, string? user = null)
    {
        var run = platform.Grains.GetGrain<IRunGrain>(new RunKey(Guid.NewGuid().ToString("N")).ToString());
        await run.Start(new StartRun { ExperimentId = experiment, Name = name, User = user, Tags = tags });
        await run.Log(new LogBatch
        {
            Params = settings,
            Metrics = loss is { } value ? [new MetricPoint { Key = "loss", Value = value, Timestamp = DateTimeOffset.UnixEpoch }] : [],
        });
        return run;
    }
}
