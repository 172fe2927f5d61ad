using System.Text;
using CsCheck;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Experiments.Search;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Tests.Experiments.Search;

/// <summary>What a look at a walk's first entries must count, and which texts whole runs must carry.</summary>
public abstract partial class SearchKit
{
    [Fact]
    public async Task Sample_OfAllEntries_CountsWhatTheSearchFindsFromThePlaceOn()
    {
        await using var world = await OpenAsync(100);
        var known = world.Runs.ToDictionary(run => run.Id);
        var started = new FilterField(FilterArea.Attribute, "start_time", IsNumber: true);
        await Gen.Select(SampleQueries.Any, Gen.Int[0, 60]).SampleAsync(
            async (query, skipped) =>
            {
                var orders = FilterParser.ParseOrders(FilterDialects.Runs, query.OrderBy);
                var field = orders.IsEmpty ? started : orders[0].Field;
                if (!RunPlanner.Walks(orders.FirstOrDefault()))
                {
                    return;
                }

                // The place of the last run that is skipped, as a page token tells it.
                var conditions = FilterParser.ParseFilter(FilterDialects.Runs, query.Filter);
                var found = NaiveSearch.Find(world.Runs, query);
                var token = skipped == 0 ? null : (await world.Search.SearchAsync(query with { Limit = skipped }, CancellationToken.None)).NextPageToken;
                var statement = new RunStatement(world.Tables.Engine, query, conditions, orders, new RunDriver { Walks = true });
                var after = PageTokens.Read(token, query with { Limit = 0 }, statement.Order);
                if (statement.Sample(after, 1000) is not { } sample)
                {
                    return;
                }

                var counts = await world.Tables.QueryAsync(sample, row => (Entries: row.GetInt64(0), Passed: row.GetInt64(1)), CancellationToken.None, statement.Parameters);
                var valued = found.Select(id => NaiveSearch.Place(known[id], field)).Where(place => place.Grade == SortColumn.HasValue).ToArray();
                var rest = after is null ? valued.Length : valued.Length - skipped + valued.Take(skipped).Count(place => Equals(place.Value, valued[skipped - 1].Value));
                Assert.Equal(rest, counts[0].Passed);
                Assert.InRange(counts[0].Entries, rest, known.Count);
            },
            iter: 300,
            threads: 1,
            print: sample => Print(sample.Item1));
    }

    [Fact]
    public async Task Search_WholeRuns_CarryAnyTextAsItWas()
    {
        await using var world = await OpenAsync(1);
        var id = world.Runs[0].Id;
        var character = Gen.OneOf<string>(
            Gen.Int[1, 0x2FFFF].Where(code => Rune.IsValid(code)).Select(char.ConvertFromUtf32),
            Gen.Int[1, 127].Select(char.ConvertFromUtf32),
            Gen.OneOf("\"", "\\", "\\u0000", "{\"a\":1}", "9e999"));
        var text = character.Array[0, 200].Select(parts => string.Concat(parts));
        await Gen.Select(text, text).Array[1, 8].SampleAsync(
            async pairs =>
            {
                var expected = pairs.DistinctBy(pair => pair.Item1).ToDictionary(pair => pair.Item1, pair => pair.Item2);
                var write = new TableWrite().Add("DELETE FROM params WHERE run_id = $1", id).Add("DELETE FROM tags WHERE run_id = $1", id);
                foreach (var (key, value) in expected)
                {
                    write
                        .Add("INSERT INTO params (run_id, key, value) VALUES ($1, $2, $3)", id, key, value)
                        .Add("INSERT INTO tags (run_id, key, value) VALUES ($1, $2, $3)", id, key, value + key);
                }

                await world.Tables.WriteAsync(write);
                var run = (await world.Search.SearchAsync(new RunQuery { View = LifecycleView.All }, CancellationToken.None)).Runs.Single();
                Assert.Equal(expected, run.Params);
                Assert.Equal(expected.ToDictionary(pair => pair.Key, pair => pair.Value + pair.Key), run.Tags);
            },
            iter: 50,
            threads: 1);
    }
}
