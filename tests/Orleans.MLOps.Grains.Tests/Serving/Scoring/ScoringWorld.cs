using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Storage.Analytics;

namespace Orleans.MLOps.Grains.Tests.Serving.Scoring;

/// <summary>Datasets to score, jobs over them, and a look at what they made.</summary>
internal sealed class ScoringWorld(ReplayPlatform platform)
{
    public IServingClient Serving => platform.Client.Serving;

    /// <summary>Rows with a number, a text and an id; of some the number or the text is missing.</summary>
    public static string Csv(int rows)
    {
        var text = new StringBuilder("id,x,c\n");
        for (var row = 0; row < rows; row++)
        {
            var x = row % 7 == 3 ? "" : ((row * 0.37) - 2.5).ToString("R", CultureInfo.InvariantCulture);
            var c = (row % 5) switch { 0 => "a", 1 => "b", 2 => "", 3 => "never seen", _ => "a" };
            text.Append(CultureInfo.InvariantCulture, $"{row},{x},{c}\n");
        }

        return text.ToString();
    }

    public Task<DatasetVersionInfo> IngestAsync(string name, string csv, IngestOptions? options = null) =>
        platform.Client.Datasets.IngestAsync(name, new MemoryStream(Encoding.UTF8.GetBytes(csv)), DataFormat.Csv, options);

    /// <summary>A model of that name whose version 1 is a network.</summary>
    public async Task<string> RegisterAsync()
    {
        var name = ReplayPlatform.NewName();
        await platform.RegisterAsync(name, 1);
        return name;
    }

    public async Task<ModelVersionInfo> RegisterMlpAsync(string name) => await platform.Client.Models.RegisterAsync(new RegisterModelVersion
    {
        Model = name,
        OperationId = "1",
        Onnx = await platform.Client.Models.UploadAsync(File.OpenRead(Tensors.TensorSamples.MlpFile)),
    });

    public static ScoreDataset Command(string dataset, string model, int? partitionRows = null) => new()
    {
        Name = ReplayPlatform.NewName(),
        Dataset = dataset,
        Model = model,
        Version = 1,
        Target = $"{dataset}-scored",
        PartitionRows = partitionRows,
        OperationId = "score",
    };

    /// <summary>Waits for the first look at a job that satisfies a condition.</summary>
    public async Task<ScoringJobInfo> UntilAsync(string job, Func<ScoringJobInfo, bool> condition)
    {
        while (true)
        {
            var info = await Serving.GetScoringAsync(job);
            if (condition(info))
            {
                return info;
            }

            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The rows of a version, in order, of the columns that a SELECT names.</summary>
    public async Task<object?[][]> RowsAsync(DatasetVersionInfo version, string select)
    {
        var rows = await platform.Silo.Services.GetRequiredService<AnalyticsEngine>().QueryAsync(
            $"SELECT {select} FROM source ORDER BY row_ordinal",
            [AnalyticsSource.Of(platform.Blobs.GetLocalPath(version.Data.Digest))],
            row => Enumerable.Range(0, row.FieldCount).Select(i => row.IsDBNull(i) ? null : row.GetValue(i)).ToArray());
        return [.. rows];
    }

    /// <summary>Bytes whose space could be given back and was not.</summary>
    public string[] Leftovers()
    {
        var folder = Path.Combine(platform.Silo.Folder, "blobs", "releasable");
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];
    }
}
