using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Statistics.Quality;

namespace Orleans.MLOps.Grains.Training;

/// <summary>Makes a served model of trained weights: export, parity, quality on the holdout, reference. The same inputs give the same bytes.</summary>
internal sealed class ModelFinishing(IBlobStore blobs, ITrainingReference reference)
{
    private const int ParityRows = 5000;
    private const int Piece = 16_384;

    /// <summary>Blocks and computes, so it belongs on a training thread.</summary>
    /// <exception cref="InvalidDataException">The exported bytes are not a model of this network.</exception>
    public FinishedModel Run(PreparedTraining prepared, ModelWeights weights, string[] numeric, string[] categorical)
    {
        // What is checked is what was stored, so a file that storage damaged cannot pass.
        var blob = blobs.WriteAsync(OnnxExporter.Export(prepared.Network, weights)).GetAwaiter().GetResult();
        var onnx = blobs.ReadAsync(blob.Digest).GetAwaiter().GetResult();
        var real = prepared.Rows.Holdout.Length > 0 ? prepared.Rows.Holdout : prepared.Rows.Train;
        var parity = ParityCheck.Run(prepared.Network, weights, onnx, prepared.Encode(Sample(real)), prepared.Plan.Seed);
        var probabilities = Score(prepared, onnx, prepared.Rows.Holdout);
        return new FinishedModel
        {
            Onnx = onnx,
            OnnxBlob = blob,
            Reference = reference.Build(prepared.Frame, prepared.Rows.Train, prepared.Rows.Holdout, probabilities, numeric, categorical),
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
