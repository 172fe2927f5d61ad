using Microsoft.Extensions.Time.Testing;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Experiments;
using Orleans.MLOps.Grains.Experiments.Search;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage.Tables;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Grains.Tests.Experiments.Search;

/// <summary>Pages end where they would be larger than a message.</summary>
public abstract partial class SearchKit
{
    private const int ManyRuns = 40;

    // A run of each has 150 KB or more of something.
    private const string Numbers = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 500)";

    public static TheoryData<string> LongParts => new(
        $$"""UPDATE runs SET json = '{"p": "{{new string('x', 150_000)}}"}'""",
        $"INSERT INTO params (run_id, key, value) SELECT run_id, 'long', '{new string('ä', 80_000)}' FROM runs",
        $"INSERT INTO tags (run_id, key, value) SELECT run_id, 'long', '{new string('x', 150_000)}' FROM runs",
        $"{Numbers} INSERT INTO latest_metrics (run_id, key, step, timestamp_us, value) SELECT run_id, '{new string('k', 250)}' || n, 1, 1, 1 FROM runs CROSS JOIN numbers",
        $"INSERT INTO run_datasets (run_id, name, digest, source_type, source, schema_text, tags, context) SELECT run_id, 'long', 'd', 's', 's', '{new string('x', 150_000)}', '{{}}', '' FROM runs",
        $"{Numbers} INSERT INTO run_models (run_id, direction, model_id, step) SELECT run_id, 'input', '{new string('m', 300)}' || n, 1 FROM runs CROSS JOIN numbers");

    [Theory]
    [MemberData(nameof(LongParts))]
    public async Task Search_LongRuns_FitMessagesAndComeAllInOrder(string make)
    {
        await using var world = await OpenAsync(ManyRuns);
        await world.Tables.WriteAsync(new TableWrite().Add(make), Token);
        var query = new RunQuery { View = LifecycleView.All, Limit = 1000 };
        var expected = await FindAsync(world, query with { InfoOnly = true });

        var pages = await MessagePages.ReadAsync(token => world.Search.SearchAsync(query with { PageToken = token }, Token), page => page.NextPageToken, RecordMapper<RunPage, W.RunPage>.ToMessage);

        Assert.Equal(expected, pages.SelectMany(page => page.Runs).Select(run => run.RunId));
        Assert.InRange(pages.Count, 2, ManyRuns / 2);
    }

    [Fact]
    public async Task Search_OneRunBeyondAPage_ComesAlone()
    {
        await using var world = await OpenAsync(3);
        await world.Tables.WriteAsync(
            new TableWrite().Add($"UPDATE runs SET json = '{{\"p\": \"{new string('x', MessagePages.MessageBytes)}\"}}' WHERE run_id = $1", world.Runs[1].Id), Token);

        var pages = await MessagePages.ReadAsync(
            token => world.Search.SearchAsync(new RunQuery { View = LifecycleView.All, PageToken = token }, Token), page => page.NextPageToken,
            RecordMapper<RunPage, W.RunPage>.ToMessage, most: int.MaxValue);

        Assert.Equal(3, pages.Sum(page => page.Runs.Length));
        Assert.Equal(world.Runs[1].Id, pages.Single(page => RecordMapper<RunPage, W.RunPage>.ToMessage(page).CalculateSize() > MessagePages.MessageBytes).Runs.Single().RunId);
    }

    [Fact]
    public async Task Search_InfoOnly_LeavesPackagesOutAndBoundsItsPages()
    {
        var start = new string('0', 28);
        await using var world = await OpenAsync(0);
        await world.Tables.WriteAsync(
            new TableWrite()
                .Add("UPDATE experiments SET artifact_location = $1 WHERE experiment_id = 1", new string('x', 2000))
                .Add(
                    $$"""
                    WITH RECURSIVE numbers (n) AS (SELECT 1000 UNION ALL SELECT n + 1 FROM numbers WHERE n < 3999)
                    INSERT INTO runs (run_id, experiment_id, name, status, lifecycle, started_us, json)
                    SELECT '{{start}}' || n, 1, '', 'Running', 'Active', n, '{"p": "1"}' FROM numbers
                    """),
            Token);

        var pages = await MessagePages.ReadAsync(
            token => world.Search.SearchAsync(new RunQuery { InfoOnly = true, Limit = 50_000, PageToken = token }, Token), page => page.NextPageToken,
            RecordMapper<RunPage, W.RunPage>.ToMessage);

        Assert.Equal(Enumerable.Range(1000, 3000).Select(i => $"{start}{i}").Reverse(), pages.SelectMany(page => page.Runs).Select(run => run.RunId));
        Assert.InRange(pages.Count, 2, 4);
        Assert.All(pages.SelectMany(page => page.Runs), run => Assert.Empty(run.Packages));
        var whole = await world.Search.SearchAsync(new RunQuery { Filter = $"run_id = '{start}1007'" }, Token);
        Assert.Equal("1", whole.Runs.Single().Packages["p"]);
    }

    [Fact]
    public async Task SearchExperiments_LongTags_FitMessages()
    {
        await using var world = await OpenAsync(0);
        await world.Tables.WriteAsync(
            new TableWrite()
                .Add($"{Numbers} INSERT INTO experiments (project, name, lifecycle, created_us, updated_us) SELECT 'q', 'e' || n, 'Active', n, n FROM numbers")
                .Add($"INSERT INTO experiment_tags (experiment_id, key, value) SELECT experiment_id, 'note', '{new string('x', 20_000)}' FROM experiments WHERE project = 'q'"),
            Token);
        var search = new ExperimentSearch(world.Tables);

        var pages = await MessagePages.ReadAsync(
            token => search.SearchAsync(new ExperimentQuery { Project = "q", Limit = 50_000, PageToken = token }, Token), page => page.NextPageToken,
            RecordMapper<ExperimentPage, W.ExperimentPage>.ToMessage);

        Assert.Equal(Enumerable.Range(1, 500).Select(i => $"e{i}").Reverse(), pages.SelectMany(page => page.Experiments).Select(experiment => experiment.Name));
        Assert.All(pages.SelectMany(page => page.Experiments), experiment => Assert.Equal(20_000, experiment.Tags["note"].Length));
    }

    [Fact]
    public async Task SearchLoggedModels_LongParamsAndManyMetrics_FitMessages()
    {
        await using var world = await OpenAsync(0);
        await world.Tables.WriteAsync(
            new TableWrite()
                .Add($"{Numbers} INSERT INTO logged_models (model_id, experiment_id, name, status, lifecycle, created_us, updated_us) SELECT 'm-' || n, 1, 'm', 'Ready', 'Active', n, n FROM numbers")
                .Add($"INSERT INTO logged_model_params (model_id, key, value) SELECT model_id, 'p', '{new string('x', 20_000)}' FROM logged_models")
                .Add($"{Numbers} INSERT INTO logged_model_metrics (model_id, run_id, key, dataset_name, dataset_digest, step, timestamp_us, value) SELECT 'm-7', 'r', '{new string('k', 250)}' || n, '', '', 1, 1, 1 FROM numbers"),
            Token);
        var search = new LoggedModelSearch(world.Tables);

        var pages = await MessagePages.ReadAsync(token => search.SearchAsync(new LoggedModelQuery { Limit = 1000, PageToken = token }, Token), page => page.NextPageToken,
            RecordMapper<LoggedModelPage, W.LoggedModelPage>.ToMessage);

        Assert.Equal(Enumerable.Range(1, 500).Select(i => $"m-{i}").Reverse(), pages.SelectMany(page => page.Models).Select(model => model.ModelId));
        Assert.All(pages.SelectMany(page => page.Models), model => Assert.Equal((20_000, model.ModelId == "m-7" ? 500 : 0), (model.Params["p"].Length, model.Metrics.Length)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetHistory_LongKey_FitsMessagesAndComesWhole(bool byTime)
    {
        const int Points = 9000;
        await using var world = await OpenAsync(1);
        var (run, key) = (world.Runs[0].Id, new string('ä', 250));
        await world.Tables.WriteAsync(
            new TableWrite()
                .Add("INSERT INTO metric_series (run_id, key) VALUES ($1, $2)", run, key)
                .Add(
                    $"""
                    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {Points})
                    INSERT INTO metric_points (series, step, timestamp_us, is_number, value) SELECT s.series, n, n, 1, n FROM metric_series s CROSS JOIN numbers
                    """),
            Token);
        using var gate = new SearchGate(PlatformClock.System);
        var tables = new MetricTables(world.Tables, gate);
        var query = new MetricHistoryQuery { RunId = run, Key = key, ByTime = byTime, Limit = 100_000 };

        var pages = new List<MetricHistory>();
        do
        {
            pages.Add(await tables.GetHistoryAsync(query, Token));
            query = byTime ? query with { PageToken = pages[^1].NextPageToken } : query with { AfterSequence = pages[^1].LastSequence };
        }
        while (byTime ? query.PageToken is not null : pages[^1].Points.Length > 0);

        Assert.Equal(Enumerable.Range(1, Points).Select(n => (long)n), pages.SelectMany(page => page.Points).Select(point => point.Step));
        Assert.All(pages, page => Assert.InRange(RecordMapper<MetricHistory, W.MetricHistory>.ToMessage(page).CalculateSize(), 0, MessagePages.MessageBytes));
        var samples = await tables.GetSamplesAsync(new MetricSamplesQuery { RunId = run, Key = key, Points = 10_000 }, Token);
        Assert.InRange(RecordMapper<MetricSamples, W.MetricSamples>.ToMessage(samples).CalculateSize(), MessagePages.MessageBytes / 4, MessagePages.MessageBytes);
    }

    [Fact]
    public async Task GetSamples_SearchesHoldEveryPlace_WaitsForOne()
    {
        await using var world = await OpenAsync(1);
        var time = new FakeTimeProvider();
        using var gate = new SearchGate(new PlatformClock(time, time));
        var tables = new MetricTables(world.Tables, gate);
        var query = new MetricSamplesQuery { RunId = world.Runs[0].Id, Key = "m" };
        var end = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<int>[] searches = [.. Enumerable.Range(0, 3).Select(_ => gate.RunAsync(_ => end.Task, Token))];

        var waiting = tables.GetSamplesAsync(query, Token);
        while (!waiting.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(20));
            await Task.Yield();
        }

        await Assert.ThrowsAsync<UnavailableException>(() => waiting);
        end.SetResult(0);
        await Task.WhenAll(searches);
        Assert.Equal(0, (await tables.GetSamplesAsync(query, Token)).Total);
    }
}
