using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Grains.Training;
using Orleans.MLOps.Storage.Tables;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Tests.Training;

public sealed class TrainingRowsTests
{
    private static readonly DateTimeOffset Begin = new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Select_LabelKnownOnlyAfterTheEnd_IsNeitherTrainedOnNorHeldOut()
    {
        // Events at hours 0 to 9, each label two hours later.
        var frame = Frame(10);

        var rows = TrainingRows.Select(frame, Spec() with { TrainFrom = Begin.AddHours(1), TrainTo = Begin.AddHours(5), HoldoutTo = Begin.AddHours(8) });

        Assert.Equal([1, 2], rows.Train);
        Assert.Equal([5, 6, 7], rows.Holdout);
    }

    [Fact]
    public void Select_WithoutWindows_TakesEveryLabelledRow()
    {
        var frame = Frame(4);
        frame.Labels[2] = float.NaN;

        var rows = TrainingRows.Select(frame, Spec());

        Assert.Equal([0, 1, 3], rows.Train);
        Assert.Empty(rows.Holdout);
    }

    [Fact]
    public void Weigh_HalfLife_HalvesPerPeriodBeforeTheEnd()
    {
        var frame = Frame(49);
        var spec = Spec() with { TrainTo = Begin.AddHours(50), HalfLifeDays = 1 };

        var weights = TrainingRows.Select(frame, spec).Weigh(frame, spec)!;

        Assert.Equal(48, weights.Length);
        Assert.Equal(Math.Pow(0.5, 50.0 / 24), weights[0], 1e-6);
        Assert.Equal(0.5f, weights[26]);
        Assert.Null(TrainingRows.Select(frame, Spec()).Weigh(frame, Spec()));
    }

    [Fact]
    public void Create_Network_LearnsStandardisationAndVocabularyFromTrainRowsAlone()
    {
        var frame = Frame(8) with
        {
            Numeric = [[1, 3, double.NaN, 5, 1000, 1000, 1000, 1000], [7, 7, 7, 7, 7, 7, 7, 7]],
            Categorical = [["b", "a", "b", "", "z", "z", "z", "z"]],
        };
        var spec = Spec() with { Numeric = ["x", "constant"], Categorical = ["c"], Network = new NetworkOptions { EmbeddingSize = 8 } };

        var network = NetworkFactory.Create(frame, [0, 1, 2, 3], spec);

        Assert.Equal(3f, network.Numeric[0].Mean);
        Assert.Equal((float)Math.Sqrt(8.0 / 3), network.Numeric[0].Scale);
        Assert.Equal((7f, 1f), (network.Numeric[1].Mean, network.Numeric[1].Scale));
        Assert.Equal(["b", "a"], network.Categorical[0].Vocabulary);
        Assert.Equal(2, network.Categorical[0].EmbeddingSize);
    }

    [Fact]
    public void Create_ManyCategories_KeepsTheMostFrequent()
    {
        const int Categories = NetworkFactory.LargestVocabulary + 5;
        var names = Enumerable.Range(0, Categories).Select(i => $"c{i:D5}").Append("c01004").ToArray();
        var frame = Frame(names.Length) with { Categorical = [names] };

        var network = NetworkFactory.Create(frame, [.. Enumerable.Range(0, names.Length)], Spec() with { Categorical = ["c"] });

        Assert.Equal(NetworkFactory.LargestVocabulary, network.Categorical[0].Vocabulary.Count);
        Assert.Equal(["c01004", "c00000", "c00001"], network.Categorical[0].Vocabulary.Take(3));
    }

    private static TrainingJobSpec Spec() => new() { Name = "n", FrameDigest = "f", Network = new NetworkOptions() };

    private static FrameData Frame(int rows)
    {
        var times = Enumerable.Range(0, rows).Select(i => TableValue.ToMicroseconds(Begin.AddHours(i))).ToArray();
        var available = Enumerable.Range(0, rows).Select(i => TableValue.ToMicroseconds(Begin.AddHours(i + 2))).ToArray();
        return new FrameData(rows, times, available, new float[rows], [], []);
    }
}
