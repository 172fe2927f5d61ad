using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Tests.Platform;

namespace Orleans.MLOps.Grains.Tests.Datasets;

/// <summary>The sample data, whole: 404,402 rows.</summary>
public sealed class FlightsIngestTests(PlatformFixture platform, ITestOutputHelper output) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task Ingest_Flights_ProfilesSplitsAndVerifies()
    {
        var datasets = platform.Services.GetRequiredService<IMlopsClient>().Datasets;
        using var content = File.OpenRead(SampleData.Flights);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var version = await datasets.IngestAsync("flights", content, DataFormat.Parquet);
        output.WriteLine($"ingest {watch.ElapsedMilliseconds} ms");
        watch.Restart();

        Assert.Equal(404_402, version.RowCount);
        Assert.Equal("d89fa74bd9371b4a9f0e5475fffa02210cf5ca84fb1f19d7b18436b84fb955d9", version.Raw.Digest);
        Assert.Equal(["flight", "date", "delay", "distance", "origin", "destination"], version.Columns.Select(column => column.Name));

        var profile = await datasets.GetProfileAsync("flights", version.Digest);
        var columns = profile.Columns.ToDictionary(column => column.Name);
        Assert.Equal([new ValueCount { Value = "ORD", Count = 166_341 }, new ValueCount { Value = "DFW", Count = 157_162 }, new ValueCount { Value = "STL", Count = 80_899 }], columns["origin"].TopValues);
        Assert.Equal(940, columns["delay"].Maximum);
        Assert.Equal(-67, columns["delay"].Minimum);
        Assert.Equal(new DateTimeOffset(2001, 1, 1, 6, 4, 0, TimeSpan.Zero).ToUnixTimeSeconds(), columns["date"].Minimum);
        Assert.InRange(columns["destination"].DistinctEstimate, 148, 160);

        var split = await datasets.CreateSplitAsync(
            "flights", version.Digest, new CreateSplit { Name = "time", Spec = new SplitSpec { Kind = SplitKind.Time, TimeColumn = "date" } });
        Assert.InRange(split.TrainRows / 404_402.0, 0.6999, 0.7001);
        var verification = await datasets.VerifySplitAsync("flights", version.Digest, "time");
        Assert.True(verification.Verified, string.Join(" ", verification.Problems));
        output.WriteLine($"profile, split, verify {watch.ElapsedMilliseconds} ms");
    }
}
