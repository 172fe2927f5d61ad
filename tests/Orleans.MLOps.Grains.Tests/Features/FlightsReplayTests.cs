using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Features;
using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Grains.Tests.Platform;

namespace Orleans.MLOps.Grains.Tests.Features;

/// <summary>The windows over history and online are the same for every flight of the sample.</summary>
public sealed class FlightsReplayTests(PlatformFixture silo) : IClassFixture<PlatformFixture>
{
    private const int Flights = 404_402;

    [Fact]
    public async Task Materialize_AllFlights_EqualsOnlineFedByArrivedLabelsOnly()
    {
        await using var sample = File.OpenRead(ViewWorld.SamplePath("flights.parquet"));
        var dataset = await silo.MakeAsync("flights", DataFormat.Parquet, sample);
        var view = silo.Grains.GetGrain<IFeatureViewGrain>(new FeatureViewKey("default", "flights").ToString());
        var definition = Definition();
        await view.Apply(definition, "flights", dataset.Digest);
        var frame = await view.Materialize(new MaterializeView { Name = "flights", Dataset = "flights", DatasetDigest = dataset.Digest });
        Assert.Equal(Flights, frame.RowCount);

        var data = await silo.Services.GetRequiredService<FrameReader>().ReadAsync(frame.Data.Digest, frame.Numeric, frame.Categorical);
        Assert.Equal(Flights, data.Rows);
        var origins = data.Categorical[0];
        var arrivals = Enumerable.Range(0, data.Rows).OrderBy(row => data.AvailableAt[row]).ToArray();
        var online = new OnlineWindows(definition.Windows);
        var values = new double[2];
        var (next, differing, known) = (0, 0, 0);
        for (var row = 0; row < data.Rows; row++)
        {
            for (; next < arrivals.Length && data.AvailableAt[arrivals[next]] <= data.EventTimes[row]; next++)
            {
                online.Observe(origins[arrivals[next]], data.Labels[arrivals[next]], data.AvailableAt[arrivals[next]]);
            }

            online.Evaluate(origins[row], data.EventTimes[row], values);
            differing += data.Numeric[2][row].Equals(values[0]) && data.Numeric[3][row].Equals(values[1]) ? 0 : 1;
            known += double.IsNaN(values[0]) ? 0 : 1;
        }

        Assert.Equal(0, differing);
        Assert.InRange(known, 380_000, Flights - 1);
        Assert.InRange(data.Labels.Average(), 0.22, 0.23);
    }

    internal static FeatureViewDefinition Definition() => new()
    {
        Name = "flights",
        Sql =
            """
            SELECT flight, date, delay > 15 AS late, date + INTERVAL 35 MINUTE + to_microseconds(CAST(distance AS BIGINT) * 8000000) AS known_at,
              hour(date) AS hour, distance, origin, destination
            FROM source
            """,
        RowId = "flight",
        EventTime = "date",
        Label = "late",
        LabelAvailableAt = "known_at",
        Numeric = ["hour", "distance"],
        Categorical = ["origin", "destination"],
        Windows =
        [
            new WindowFeature { Name = "late_1h", Column = "late", Key = "origin", Length = TimeSpan.FromHours(1) },
            new WindowFeature { Name = "late_24h", Column = "late", Key = "origin", Length = TimeSpan.FromHours(24) },
        ],
    };
}
