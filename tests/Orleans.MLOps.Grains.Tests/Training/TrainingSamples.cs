using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Tests.Platform;
using Orleans.MLOps.Storage.Analytics;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Tests.Training;

/// <summary>A small frame with something to learn, and jobs over it.</summary>
internal static class TrainingSamples
{
    public const int Rows = 3000;

    /// <summary>Rows are a minute apart; a label is known 30 minutes after its event.</summary>
    public static readonly DateTimeOffset Begin = new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Cities = ["ORD", "DFW", "STL", "LAX"];

    public static async Task<string> WriteFrameAsync(PlatformFixture platform)
    {
        var random = new Random(5);
        var (x, hour, label) = (new double[Rows], new double[Rows], new double[Rows]);
        var (id, city) = (new double[Rows], new string?[Rows]);
        var (times, available) = (new long[Rows], new long[Rows]);
        for (var i = 0; i < Rows; i++)
        {
            id[i] = i;
            x[i] = i % 50 == 7 ? double.NaN : random.NextDouble() * 10;
            hour[i] = i / 60 % 24;
            city[i] = i % 40 == 3 ? null : Cities[random.Next(Cities.Length)];
            var logit = (double.IsNaN(x[i]) ? 0 : x[i] - 5) + (city[i] == "ORD" ? 1.5 : -0.5);
            label[i] = random.NextDouble() < 1 / (1 + Math.Exp(-logit)) ? 1 : 0;
            times[i] = (Begin.AddMinutes(i).UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / 10;
            available[i] = times[i] + (30L * 60 * 1_000_000);
        }

        label[11] = double.NaN;
        var path = Path.Combine(platform.Folder, $"{Guid.NewGuid():N}.parquet");
        await platform.Services.GetRequiredService<AnalyticsEngine>().WriteColumnsAsync(
            [
                ParquetColumn.Doubles("row_id", id), ParquetColumn.Instants("event_time", times), ParquetColumn.Doubles("label", label),
                ParquetColumn.Instants("label_available_at", available), ParquetColumn.Doubles("x", x), ParquetColumn.Doubles("hour", hour),
                ParquetColumn.Texts("city", city),
            ],
            [],
            ["event_time"],
            path);
        return (await platform.Services.GetRequiredService<IBlobStore>().WriteAsync(await File.ReadAllBytesAsync(path))).Digest;
    }

    public static TrainingJobSpec Job(string frame) => new()
    {
        Name = "late",
        FrameDigest = frame,
        Numeric = ["x", "hour"],
        Categorical = ["city"],
        TrainFrom = Begin,
        TrainTo = Begin.AddMinutes(2000),
        HoldoutTo = Begin.AddMinutes(Rows),
        Network = new NetworkOptions { Hidden = [16, 8], Dropout = 0.1, EmbeddingSize = 4 },
        LearningRate = 0.01,
        BatchSize = 64,
        Epochs = 4,
        CheckpointEverySteps = 20,
        Seed = 3,
    };

    public static ITrainingJobGrain NewJob(this PlatformFixture platform) => platform.Job(Guid.NewGuid().ToString("N"));

    public static ITrainingJobGrain Job(this PlatformFixture platform, string id) => platform.Grains.GetGrain<ITrainingJobGrain>(new JobKey(id).ToString());

    /// <summary>Polls until the job has ended.</summary>
    public static async Task<TrainingJobInfo> WaitAsync(this ITrainingJobGrain job)
    {
        while (true)
        {
            var info = await job.Get();
            if (info.EndedAt is not null)
            {
                return info;
            }

            await Task.Delay(20);
        }
    }

    /// <summary>Starts a job and polls until it has ended.</summary>
    public static async Task<TrainingJobInfo> TrainAsync(this PlatformFixture platform, TrainingJobSpec spec)
    {
        var job = platform.NewJob();
        await job.Start(spec);
        return await job.WaitAsync();
    }
}
