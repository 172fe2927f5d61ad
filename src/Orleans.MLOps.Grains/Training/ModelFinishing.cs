using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Learning.Training;
using Orleans.MLOps.Models;
using Orleans.MLOps.Statistics.Quality;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>Makes a served model of trained weights: export, parity, quality on the holdout, reference. The same inputs give the same bytes.</summary>
internal sealed class ModelFinishing(IBlobStore blobs, ITrainingReference reference)
{
    private const int ParityRows = 5000;
    private const int Piece = 16_384;

    /// <summary>Finishes a model; what computes runs on a reserved training thread.</summary>
    /// <exception cref="InvalidDataException">The exported bytes are not a model of this network.</exception>
    public async Task<FinishedModel> RunAsync(PreparedTraining prepared, ModelWeights weights, TrainingJobSpec spec, GangReservation reservation)
    {
        // What is checked is what was stored, so a file that storage damaged cannot pass.
        var blob = await blobs.WriteAsync(OnnxExporter.Export(prepared.Network, weights));
        var onnx = await blobs.ReadOwnAsync(blob.Digest, $"job '{spec.Name}'");
        FinishedModel? model = null;
        await reservation.Run(() => model = Judge(prepared, weights, spec, blob, onnx));
        return model!;
    }

    private FinishedModel Judge(PreparedTraining prepared, ModelWeights weights, TrainingJobSpec spec, BlobRef blob, byte[] onnx)
    {
        var (train, holdout) = prepared.Rows;
        var parity = ParityCheck.Run(
            prepared.Network, weights, onnx, prepared.Encode(Sample(holdout.Length > 0 ? holdout : train)), prepared.Plan.Seed);
        var probabilities = Score(prepared, onnx, holdout);
        return new FinishedModel
        {
            Onnx = onnx,
            OnnxBlob = blob,
            Reference = reference.Build(prepared.Frame, train, holdout, probabilities, spec.Numeric, spec.Categorical),
            Parity = new ParityRecord { Rows = parity.Rows, MaxAbsoluteDifference = parity.MaxAbsoluteDifference, Passed = parity.Passed },
            Metrics = Measure(prepared, probabilities),
        };
    }

    /// <summary>Evenly spread rows, at most <see cref="ParityRows"/>.</summary>
    private static int[] Sample(int[] rows) => rows.Length <= ParityRows
        ? rows
        : [.. Enumerable.Range(0, ParityRows).Select(i => rows[(long)i * rows.Length / ParityRows])];

    private static float[] Score(PreparedTraining prepared, byte[] onnx, int[] rows)
    {
        var probabilities = new float[rows.Length];
        using var scorer = new OnnxScorer(onnx);
        for (var start = 0; start < rows.Length; start += Piece)
        {
            var piece = rows[start..Math.Min(rows.Length, start + Piece)];
            var encoded = prepared.Encode(piece);
            scorer.Score(encoded.Numeric, encoded.CategoriesAsInt64(), piece.Length, probabilities.AsSpan(start, piece.Length));
        }

        return probabilities;
    }

    private static Dictionary<string, double> Measure(PreparedTraining prepared, float[] probabilities)
    {
        if (probabilities.Length == 0)
        {
            return [];
        }

        var quality = BinaryQuality.Measure(
            Array.ConvertAll(probabilities, probability => (double)probability),
            Array.ConvertAll(prepared.Rows.Holdout, row => prepared.Frame.Labels[row] >= 0.5f));
        return new Dictionary<string, double>
        {
            ["log_loss"] = quality.LogLoss,
            ["auc"] = quality.Auc,
            ["accuracy"] = quality.Accuracy,
            ["majority_share"] = quality.MajorityShare,
            ["rows"] = quality.Count,
        };
    }
}
