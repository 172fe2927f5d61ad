using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Experiments.Search;

namespace Orleans.MLOps.Grains.Tests.Experiments.Search;

/// <summary>Lists longer than a statement of an engine can bind value by value.</summary>
public abstract partial class SearchKit
{
    [Theory]
    [InlineData(1001)]
    [InlineData(ExperimentList.Most)]
    public async Task Search_ManyExperiments_FindsTheRunsOfEach(int count)
    {
        await using var world = await OpenAsync(60);
        long[] experiments = [.. Enumerable.Range(1_000_000, count - 1), 1];
        string[] orders = ["metrics.a DESC", "start_time ASC", "params.p ASC"];
        foreach (var order in orders)
        {
            var query = new RunQuery { ExperimentIds = experiments, OrderBy = [order], Limit = 1000 };
            var expected = NaiveSearch.Find(world.Runs, query with { ExperimentIds = [1] });
            Assert.NotEmpty(expected);
            Assert.Equal(expected, await FindAsync(world, query));
            Assert.Equal(expected.Length, await world.Search.CountAsync(query, Token));
        }

        Assert.Equal(
            (await new DatasetSearch(world.Tables).SearchAsync(new UsedDatasetsQuery { ExperimentIds = [1] }, Token)).Select(used => (used.Name, used.Digest)),
            (await new DatasetSearch(world.Tables).SearchAsync(new UsedDatasetsQuery { ExperimentIds = experiments }, Token)).Select(used => (used.Name, used.Digest)));
        Assert.Empty((await new LoggedModelSearch(world.Tables).SearchAsync(new LoggedModelQuery { ExperimentIds = experiments }, Token)).Models);
    }

    [Fact]
    public async Task Search_MoreExperimentsThanAllowed_IsRefused()
    {
        await using var world = await OpenAsync(1);
        var experiments = new long[ExperimentList.Most + 1];
        Assert.Equal("experiment_ids", (await Assert.ThrowsAsync<InvalidInputException>(() => world.Search.SearchAsync(new RunQuery { ExperimentIds = experiments }, Token))).Field);
    }

    [Fact]
    public async Task Search_ThousandsOfIdsOfRuns_FindsAndLeavesOutThose()
    {
        await using var world = await OpenAsync(40);
        var half = world.Runs.Take(20).Select(run => run.Id).ToArray();
        var ids = half.Concat(Enumerable.Range(0, 6000).Select(i => $"{i:x32}")).Append("it''s \"quoted\" [\\] ünïcode");
        var list = string.Join(",", ids.Select(id => $"'{id}'"));
        var all = NaiveSearch.Find(world.Runs, new RunQuery { Limit = 1000 });

        Assert.Equal(all.Intersect(half), await FindAsync(world, new RunQuery { Filter = $"run_id IN ({list})", Limit = 1000 }));
        Assert.Equal(all.Except(half), await FindAsync(world, new RunQuery { Filter = $"run_id NOT IN ({list})", Limit = 1000 }));
    }
}
