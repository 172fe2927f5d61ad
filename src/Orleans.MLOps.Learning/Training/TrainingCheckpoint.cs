using System.Globalization;
using Orleans.MLOps.Learning.Models;

namespace Orleans.MLOps.Learning.Training;

/// <summary>
/// State of a training between two steps. Immutable. The data cursor and the dropout masks follow from the step, because order of rows
/// and masks are functions of seed and step.
/// </summary>
public sealed class TrainingCheckpoint
{
    private const string StepKey = "step";
    private const string TrajectoryKey = "trajectory";
    private const string BestKey = "best";
    private const string MomentsPrefix = "adam.mean/";
    private const string SquaresPrefix = "adam.square/";
    private const string BestPrefix = "best/";

    internal TrainingCheckpoint(
        long step, string trajectory, ModelWeights weights, ModelWeights means, ModelWeights squares, EvaluationState? evaluation)
    {
        Step = step;
        Trajectory = trajectory;
        Weights = weights;
        Means = means;
        Squares = squares;
        Evaluation = evaluation;
    }

    /// <summary>Steps done.</summary>
    public long Step { get; }

    /// <summary>Digest of the plan and rows that the checkpoint belongs to.</summary>
    public string Trajectory { get; }

    /// <summary>The network's weights.</summary>
    public ModelWeights Weights { get; }

    /// <summary>What early stopping remembers; null before the first evaluation.</summary>
    public EvaluationState? Evaluation { get; }

    internal ModelWeights Means { get; }

    internal ModelWeights Squares { get; }

    /// <summary>Reads a checkpoint written by <see cref="ToBytes"/>.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <returns>The checkpoint.</returns>
    /// <exception cref="InvalidDataException">The bytes are corrupt or not a checkpoint.</exception>
    public static TrainingCheckpoint FromBytes(ReadOnlySpan<byte> file)
    {
        var (tensors, metadata) = SafeTensorsFile.Read(file);
        if (!metadata.TryGetValue(StepKey, out var text)
            || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            || !metadata.TryGetValue(TrajectoryKey, out var trajectory))
            throw new InvalidDataException("The safetensors file is no training checkpoint: its metadata has no step and trajectory.");
        var prefixes = new[] { MomentsPrefix, SquaresPrefix, BestPrefix };
        var weights = Part(tensors, tensor => !prefixes.Any(prefix => tensor.StartsWith(prefix, StringComparison.Ordinal)), 0);
        var means = Part(tensors, MomentsPrefix, weights);
        var squares = Part(tensors, SquaresPrefix, weights);
        var evaluation = metadata.TryGetValue(BestKey, out var best) ? ReadEvaluation(best, Part(tensors, BestPrefix, weights)) : null;
        return new TrainingCheckpoint(step, trajectory, weights, means, squares, evaluation);
    }

    /// <summary>Writes the checkpoint as a canonical safetensors file.</summary>
    /// <returns>The file's bytes.</returns>
    public byte[] ToBytes()
    {
        var metadata = new Dictionary<string, string>
        {
            [StepKey] = Step.ToString(CultureInfo.InvariantCulture),
            [TrajectoryKey] = Trajectory,
        };
        var parts = new List<(string Prefix, ModelWeights Part)> { (string.Empty, Weights), (MomentsPrefix, Means), (SquaresPrefix, Squares) };
        if (Evaluation is { } evaluation)
        {
            metadata[BestKey] = string.Create(
                CultureInfo.InvariantCulture, $"{evaluation.LastLoss:R} {evaluation.BestLoss:R} {evaluation.BestEpoch}");
            parts.Add((BestPrefix, evaluation.BestWeights));
        }

        var tensors = parts.SelectMany(part => part.Part.Tensors.Select(tensor => (part.Prefix + tensor.Name, tensor.Shape)));
        var values = parts.SelectMany(part => part.Part.Flat.ToArray()).ToArray();
        return SafeTensorsFile.Write(new ModelWeights(tensors, values), metadata);
    }

    private static EvaluationState ReadEvaluation(string text, ModelWeights weights)
    {
        var fields = text.Split(' ');
        if (fields.Length == 3
            && double.TryParse(fields[0], CultureInfo.InvariantCulture, out var last)
            && double.TryParse(fields[1], CultureInfo.InvariantCulture, out var best)
            && int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch))
            return new EvaluationState(last, best, epoch, weights);
        throw new InvalidDataException($"The checkpoint's evaluation '{text}' is not two losses and an epoch.");
    }

    private static ModelWeights Part(ModelWeights all, string prefix, ModelWeights weights)
    {
        var part = Part(all, tensor => tensor.StartsWith(prefix, StringComparison.Ordinal), prefix.Length);
        return part.HasLayoutOf(weights)
            ? part
            : throw new InvalidDataException($"The checkpoint's tensors '{prefix}*' do not match its weights.");
    }

    private static ModelWeights Part(ModelWeights all, Func<string, bool> belongs, int prefixLength)
    {
        var tensors = all.Tensors.Where(tensor => belongs(tensor.Name)).ToList();
        var values = tensors.SelectMany(tensor => all.Flat.Slice(tensor.Offset, tensor.Length).ToArray()).ToArray();
        return new ModelWeights(tensors.Select(tensor => (tensor.Name[prefixLength..], tensor.Shape)), values);
    }
}
