using System.Collections.Immutable;
using CsCheck;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Experiments.Search;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Tests.Experiments.Search;

/// <summary>What searches must find on every engine.</summary>
public abstract partial class SearchKit
{
    private protected abstract Task<SearchWorld> OpenAsync(int runs);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Search_AnyFilterAndOrder_FindsAndOrdersAsSaid()
    {
        await using var world = await OpenAsync(150);
        await SampleQueries.Any.SampleAsync(
            async query =>
            {
                var expected = NaiveSearch.Find(world.Runs, query);
                Assert.Equal(expected, await FindAsync(world, query with { Limit = 1000 }));
                Assert.Equal(expected.Length, await world.Search.CountAsync(query, CancellationToken.None));
            },
            iter: 400,
            threads: 1,
            print: Print);
    }

    [Fact]
    public async Task Search_AnyDriver_FindsTheSame()
    {
        await using var world = await OpenAsync(100);
        await Gen.Select(SampleQueries.Any, Gen.Int[1, 40]).SampleAsync(
            async (query, rows) =>
            {
                var expected = NaiveSearch.Find(world.Runs, query);
                var conditions = FilterParser.ParseFilter(FilterDialects.Runs, query.Filter);
                RunDriver[] drivers =
                [
                    new() { Walks = true },
                    new() { ByExperiment = true },
                    .. conditions.Where(RunConditionIndex.Has).Select(condition => new RunDriver { Condition = condition }),
                ];
                foreach (var driver in drivers)
                {
                    Assert.Equal(expected, await FindAsync(world.Tables, query, conditions, driver, rows));
                }
            },
            iter: 200,
            threads: 1,
            print: sample => Print(sample.Item1));
    }

    [Fact]
    public async Task Search_KeysBehindTheUniqueOne_ChangeNothingOnAnyPage()
    {
        await using var world = await OpenAsync(20);
        var query = new RunQuery { OrderBy = ["run_id ASC", "start_time ASC", "params.nowhere ASC", "metrics.nowhere DESC"], View = LifecycleView.All, Limit = 3 };
        var (found, token) = (new List<string>(), (string?)null);
        do
        {
            var page = await world.Search.SearchAsync(query with { PageToken = token }, CancellationToken.None);
            found.AddRange(page.Runs.Select(run => run.RunId));
            token = page.NextPageToken;
        }
        while (token is not null);

        Assert.Equal(world.Runs.Select(run => run.Id).Order(StringComparer.Ordinal), found);
    }

    [Fact]
    public async Task Search_PagesWhileRunsComeAndGo_HoldEveryRunThatStaysOnce()
    {
        await using var world = await OpenAsync(60);
        await Gen.Select(SampleQueries.Any, Gen.Int[1, 15], SampleRuns.Any.Array[6]).SampleAsync(
            async (query, limit, arrivals) =>
            {
                var before = NaiveSearch.Find(world.Runs, query);
                var (pages, token, arrival) = (new List<string>(), (string?)null, 0);
                do
                {
                    var page = await world.Search.SearchAsync(query with { Limit = limit, PageToken = token }, CancellationToken.None);
                    pages.AddRange(page.Runs.Select(run => run.RunId));
                    token = page.NextPageToken;
                    if (arrival < arrivals.Length && world.Runs.All(run => run.Id != arrivals[arrival].Id))
                    {
                        await world.AddAsync(arrivals[arrival++]);
                        await world.RemoveAsync(world.Runs[0]);
                    }
                }
                while (token is not null);

                var now = world.Runs.Select(run => run.Id).ToHashSet();
                Assert.Equal(pages.Count, pages.Distinct().Count());
                Assert.Equal(before.Where(now.Contains), pages.Where(id => before.Contains(id) && now.Contains(id)));
            },
            iter: 60,
            threads: 1,
            print: sample => Print(sample.Item1));
    }

    [Theory]
    [InlineData("' OR 1=1 --")]
    [InlineData("x'; DROP TABLE runs; --")]
    [InlineData("$1")]
    [InlineData("{0}")]
    [InlineData("\") UNION SELECT 1 --")]
    [InlineData("\\'")]
    public async Task Search_HostileKeysAndValues_AreOnlyText(string text)
    {
        await using var world = await OpenAsync(5);
        var run = world.Runs.First(run => !run.Deleted && run.Experiment != NaiveSearch.DeletedExperiment);
        await world.Tables.WriteAsync(
            new TableWrite()
                .Add("INSERT INTO params (run_id, key, value) VALUES ($1, $2, $3)", run.Id, text, text)
                .Add("INSERT INTO latest_metrics (run_id, key, step, timestamp_us, value, is_nan) VALUES ($1, $2, 0, 0, 1, 0)", run.Id, text),
            Token);
        var (param, metric) = (FilterText.Key("params", text), FilterText.Key("metrics", text));
        foreach (var filter in new[] { $"{param} = {FilterText.Value(text)}", $"{param} LIKE {FilterText.Value(text)}", $"{metric} = 1", $"{param} ILIKE '%' AND {metric} > 0" })
        {
            Assert.Equal([run.Id], await FindAsync(world, new RunQuery { Filter = filter, OrderBy = [$"{metric} DESC", $"{param} ASC"] }));
        }

        Assert.Empty(await FindAsync(world, new RunQuery { Filter = $"run_name = {FilterText.Value(text)}" }));
        Assert.Equal(5, (await world.Tables.QueryAsync("SELECT run_id FROM runs", row => row.GetString(0), Token)).Count);
    }

    [Fact]
    public async Task Search_TokenOfAnotherSearchOrForged_IsRefused()
    {
        await using var world = await OpenAsync(40);
        var query = new RunQuery { Limit = 2, OrderBy = ["metrics.a"], View = LifecycleView.All };
        var token = (await world.Search.SearchAsync(query, Token)).NextPageToken!;
        Assert.Equal(2, (await world.Search.SearchAsync(query with { PageToken = token }, Token)).Runs.Length);
        Assert.Equal(5, (await world.Search.SearchAsync(query with { PageToken = token, Limit = 5 }, Token)).Runs.Length);
        string[] wrong = ["x", "!!", token[..^4], token + "AAAA", token[..12], $"A{token[1..]}", new string('A', 10_000)];
        foreach (var other in wrong.Select(text => query with { PageToken = text }).Append(query with { PageToken = token, OrderBy = [] }).Append(query with { PageToken = token, Filter = "metrics.a > 0" }))
        {
            Assert.Equal("page_token", (await Assert.ThrowsAsync<InvalidInputException>(() => world.Search.SearchAsync(other, Token))).Field);
        }
    }

    [Fact]
    public async Task Search_UnknownStatusOrLimit_IsRefused()
    {
        await using var world = await OpenAsync(1);
        await Assert.ThrowsAsync<InvalidInputException>(() => world.Search.SearchAsync(new RunQuery { Filter = "status = 'ASLEEP'" }, Token));
        await Assert.ThrowsAsync<InvalidInputException>(() => world.Search.SearchAsync(new RunQuery { Limit = 0 }, Token));
        await Assert.ThrowsAsync<InvalidInputException>(() => world.Search.SearchAsync(new RunQuery { Limit = 50_001 }, Token));
        await Assert.ThrowsAsync<InvalidInputException>(() => world.Search.SearchAsync(new RunQuery { View = (LifecycleView)9 }, Token));
    }

    [Fact]
    public async Task Search_WholeRuns_CarryWhatWasLogged()
    {
        await using var world = await OpenAsync(30);
        var page = await world.Search.SearchAsync(new RunQuery { View = LifecycleView.All }, Token);
        Assert.Equal(30, page.Runs.Length);
        Assert.All(page.Runs, run =>
        {
            var expected = world.Runs.Single(sample => sample.Id == run.RunId);
            Assert.Equal(expected.Params, run.Params);
            Assert.Equal(expected.Tags, run.Tags);
            Assert.Equal(expected.Metrics, run.Metrics.ToDictionary(point => point.Key, point => point.Value));
            Assert.Equal(expected.Datasets.Length, run.Datasets.Length);
        });
    }

    [Fact]
    public async Task SearchExperiments_FilterOrderAndPages_FindThem()
    {
        await using var world = await OpenAsync(0);
        await world.Tables.WriteAsync(new TableWrite().Add("INSERT INTO experiment_tags (experiment_id, key, value) VALUES (1, 'team', 'Blue')"), Token);
        var search = new ExperimentSearch(world.Tables);
        var query = new ExperimentQuery { Project = "p" };
        Assert.Equal(["one", "two"], await NamesAsync(query));
        Assert.Equal(["two", "one"], await NamesAsync(query with { OrderBy = ["name DESC"] }));
        Assert.Equal(["one", "three", "two"], await NamesAsync(query with { View = LifecycleView.All, OrderBy = ["name"], Limit = 1 }));
        Assert.Equal(["three"], await NamesAsync(query with { View = LifecycleView.DeletedOnly }));
        Assert.Equal(["one"], await NamesAsync(query with { Filter = "tags.team ILIKE 'blue'" }));
        Assert.Empty(await NamesAsync(query with { Filter = "tags.team LIKE 'blue'" }));
        Assert.Equal(["two"], await NamesAsync(query with { Filter = "tags.team IS NULL" }));
        Assert.Equal(["one", "two"], await NamesAsync(query with { Filter = "creation_time = 1 AND name LIKE '%o%'" }));
        Assert.Empty(await NamesAsync(query with { Project = "q" }));

        async Task<string[]> NamesAsync(ExperimentQuery asked)
        {
            var (names, token) = (new List<string>(), (string?)null);
            do
            {
                var page = await search.SearchAsync(asked with { PageToken = token }, Token);
                names.AddRange(page.Experiments.Select(experiment => experiment.Name));
                token = page.NextPageToken;
            }
            while (token is not null);
            return [.. names];
        }
    }

    [Fact]
    public async Task SearchLoggedModels_MetricsByDataset_FindAndOrderThem()
    {
        await using var world = await OpenAsync(0);
        foreach (var (id, parameter, metrics) in new (string, string, (string Dataset, double? Value, long At)[])[]
        {
            ("m-a", "3", [("train", 0.9, 1), ("test", 0.5, 2)]),
            ("m-b", "4", [("train", 0.7, 1), ("test", 0.6, 2), ("test2", 0.1, 3)]),
            ("m-c", "4", [("train", null, 1)]),
            ("m-d", "5", []),
        })
        {
            var write = new TableWrite()
                .Add("INSERT INTO logged_models (model_id, experiment_id, name, status, lifecycle, created_us, updated_us) VALUES ($1, 1, $1, 'Ready', 'Active', 5, 5)", id)
                .Add("INSERT INTO logged_model_params (model_id, key, value) VALUES ($1, 'depth', $2)", id, parameter);
            foreach (var (dataset, value, at) in metrics)
            {
                write.Add(
                    """
                    INSERT INTO logged_model_metrics (model_id, run_id, key, dataset_name, dataset_digest, step, timestamp_us, value, is_nan)
                    VALUES ($1, 'r', 'acc', $2, 'd', 0, $3, $4, $5)
                    """,
                    id, dataset, at, value, value is null);
            }

            await world.Tables.WriteAsync(write, Token);
        }

        var search = new LoggedModelSearch(world.Tables);
        Assert.Equal(["m-a", "m-b", "m-c", "m-d"], await IdsAsync(new LoggedModelQuery { ExperimentIds = [1] }));
        Assert.Equal(["m-b", "m-a", "m-c", "m-d"], await IdsAsync(Ordered("metrics.acc", false)));
        Assert.Equal(["m-a", "m-b", "m-c", "m-d"], await IdsAsync(Ordered("metrics.acc", true) with { Limit = 1 }));
        Assert.Equal(["m-b", "m-a", "m-c", "m-d"], await IdsAsync(Ordered("metrics.acc", true, "test") with { Limit = 2 }));
        Assert.Equal(["m-a", "m-b"], await IdsAsync(new LoggedModelQuery { Filter = "metrics.acc > 0.55" }));
        Assert.Equal(["m-b"], await IdsAsync(new LoggedModelQuery { Filter = "metrics.acc > 0.55", Datasets = [new DatasetReference { Name = "test" }] }));
        Assert.Empty(await IdsAsync(new LoggedModelQuery { Filter = "metrics.acc > 0.55", Datasets = [new DatasetReference { Name = "test", Digest = "e" }] }));
        Assert.Equal(["m-a", "m-b", "m-c"], await IdsAsync(new LoggedModelQuery { Datasets = [new DatasetReference { Name = "train" }] }));
        Assert.Equal(["m-b"], await IdsAsync(new LoggedModelQuery { Datasets = [new DatasetReference { Name = "test2", Digest = "d" }], Filter = "params.depth = '4'" }));
        Assert.Equal(["m-a", "m-b"], await IdsAsync(new LoggedModelQuery { Datasets = [new DatasetReference { Name = "train", Digest = "e" }, new DatasetReference { Name = "test" }], Limit = 1 }));
        Assert.Empty(await IdsAsync(new LoggedModelQuery { Datasets = [new DatasetReference { Name = "nowhere" }] }));
        await Assert.ThrowsAsync<InvalidInputException>(() => IdsAsync(new LoggedModelQuery { Datasets = [new DatasetReference { Name = "a\0b" }] }));
        await Assert.ThrowsAsync<InvalidInputException>(() => IdsAsync(Ordered("metrics.acc", true, "a\0b")));
        Assert.Equal(["m-b", "m-c"], await IdsAsync(new LoggedModelQuery { Filter = "params.depth = '4' AND status = 'READY' AND model_id IN ('m-b', 'm-c', 'm-a')" }));
        Assert.Empty(await IdsAsync(new LoggedModelQuery { ExperimentIds = [2] }));

        static LoggedModelQuery Ordered(string field, bool descending, string? dataset = null) =>
            new() { OrderBy = [new LoggedModelOrder { Field = field, Descending = descending, DatasetName = dataset }] };

        async Task<string[]> IdsAsync(LoggedModelQuery asked)
        {
            var (ids, token) = (new List<string>(), (string?)null);
            do
            {
                var page = await search.SearchAsync(asked with { PageToken = token }, Token);
                ids.AddRange(page.Models.Select(model => model.ModelId));
                token = page.NextPageToken;
            }
            while (token is not null);
            return [.. ids];
        }
    }

    [Fact]
    public async Task SearchDatasets_ActiveRuns_NameEachVersionAndPurposeOnceInOrder()
    {
        await using var world = await OpenAsync(150);
        var search = new DatasetSearch(world.Tables);
        foreach (long[] experiments in new long[][] { [], [1], [2, 1], [NaiveSearch.DeletedExperiment], [99] })
        {
            var expected = world.Runs
                .Where(run => !run.Deleted && run.Experiment != NaiveSearch.DeletedExperiment && (experiments.Length == 0 || experiments.Contains(run.Experiment)))
                .SelectMany(run => run.Datasets.Select(used => (run.Experiment, used.Name, used.Digest, Context: used.Context.Length > 0 ? used.Context : null)))
                .Distinct().OrderBy(used => used.Experiment).ThenBy(used => used.Name, StringComparer.Ordinal).ThenBy(used => used.Digest).ThenBy(used => used.Context).ToArray();
            var query = new UsedDatasetsQuery { ExperimentIds = experiments };
            Assert.Equal(expected, await NamesAsync(query));
            Assert.Equal(expected.Take(3), await NamesAsync(query with { Limit = 3 }));
        }

        await Assert.ThrowsAsync<InvalidInputException>(() => search.SearchAsync(new UsedDatasetsQuery { Limit = 0 }, Token));
        await Assert.ThrowsAsync<InvalidInputException>(() => search.SearchAsync(new UsedDatasetsQuery { Limit = 1001 }, Token));

        async Task<IEnumerable<(long, string, string, string?)>> NamesAsync(UsedDatasetsQuery asked) =>
            (await search.SearchAsync(asked, Token)).Select(used => (used.ExperimentId, used.Name, used.Digest, used.Context));
    }

    private static async Task<string[]> FindAsync(SearchWorld world, RunQuery query) =>
        [.. (await world.Search.SearchAsync(query, CancellationToken.None)).Runs.Select(run => run.RunId)];

    private static async Task<List<string>> FindAsync(ITables tables, RunQuery query, ImmutableArray<FilterCondition> conditions, RunDriver driver, int rows)
    {
        var orders = FilterParser.ParseOrders(FilterDialects.Runs, query.OrderBy);
        var found = new List<string>();
        SearchPlace[]? after = null;
        while (true)
        {
            var statement = new RunStatement(tables.Engine, query, conditions, orders, driver);
            var page = await tables.QueryAsync(
                statement.Page(after, rows),
                row => (Id: row.GetString(0), Place: statement.Order.Read(row, row.FieldCount - (2 * statement.Order.Columns.Length))),
                CancellationToken.None,
                statement.Parameters);
            found.AddRange(page.Select(row => row.Id));
            if (page.Count < rows)
            {
                return found;
            }

            after = page[^1].Place;
        }
    }

    private static string Print(RunQuery query) =>
        $"{query.Filter} ORDER BY {string.Join(", ", query.OrderBy)} IN {string.Join(", ", query.ExperimentIds)} {query.View}";
}
