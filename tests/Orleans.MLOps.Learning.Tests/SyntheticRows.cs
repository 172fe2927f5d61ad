using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Training;

namespace Orleans.MLOps.Learning.Tests;

/// <summary>A separable problem: the label follows from two numbers and a category, with 5 % of the labels flipped.</summary>
internal static class SyntheticRows
{
    private static readonly string[] Colours = ["red", "green", "blue", "white", "black"];

    public static TabularNetworkSpec Spec(float dropout = 0.1f, int[]? hidden = null) => new()
    {
        Numeric =
        [
            new NumericInput { Name = "distance", Mean = 500f, Scale = 300f },
            new NumericInput { Name = "hour", Mean = 12f, Scale = 7f },
            new NumericInput { Name = "noise", Mean = 0f, Scale = 1f },
        ],
        Categorical =
        [
            new CategoricalInput { Name = "colour", Vocabulary = Colours, EmbeddingSize = 3 },
            new CategoricalInput { Name = "side", Vocabulary = ["left", "right"], EmbeddingSize = 2 },
        ],
        Hidden = hidden ?? [16, 8],
        Dropout = dropout,
    };

    public static (EncodedRows Rows, float[] Labels) Draw(int rows, int seed)
    {
        var random = new Random(seed);
        var numeric = new float[rows * 3];
        var categories = new int[rows * 2];
        var labels = new float[rows];
        for (var i = 0; i < rows; i++)
        {
            var (x, y) = (random.NextDouble() * 4 - 2, random.NextDouble() * 4 - 2);
            var colour = random.Next(Colours.Length + 1);
            numeric[i * 3] = (float)(500 + 300 * x);
            numeric[i * 3 + 1] = (float)(12 + 7 * y);
            numeric[i * 3 + 2] = (float)random.NextDouble();
            categories[i * 2] = colour;
            categories[i * 2 + 1] = random.Next(3);
            var late = x + (colour % 2 == 0 ? y : -y) > 0.3;
            labels[i] = late ^ random.NextDouble() < 0.05 ? 1f : 0f;
        }

        return (new EncodedRows(rows, numeric, categories), labels);
    }

    public static TrainingSet Set(int rows, int seed = 1)
    {
        var (encoded, labels) = Draw(rows, seed);
        return new TrainingSet(encoded, labels);
    }

    public static TrainingPlan Plan(int shards = 1, long? maxSteps = null, int epochs = 1000) => new()
    {
        Network = Spec(),
        LearningRate = 5e-3f,
        BatchSize = 64,
        Epochs = epochs,
        MaxSteps = maxSteps,
        Shards = shards,
        VirtualShards = 4,
        Seed = 7,
    };

    public static string Digest(ModelWeights weights) => SafeTensorsFile.Digest(SafeTensorsFile.Write(weights));
}
