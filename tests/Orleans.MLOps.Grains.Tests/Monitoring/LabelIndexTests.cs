using CsCheck;
using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Monitoring;

namespace Orleans.MLOps.Grains.Tests.Monitoring;

public sealed class LabelIndexTests
{
    private enum Step
    {
        Seal,
        SealThenCrash,
        Join,
        Restart,
    }

    private static readonly Gen<(Step Step, long Sequence, int Day, (long Sequence, int Row, double Value)[] Labels)> Steps =
        from step in Gen.Frequency((3, Gen.Const(Step.Seal)), (1, Gen.Const(Step.SealThenCrash)), (6, Gen.Const(Step.Join)), (2, Gen.Const(Step.Restart)))
        from sequence in Gen.Long[1, 5]
        from day in Gen.Int[-3, 20]
        from labels in Gen.Select(Gen.Long[1, 6], Gen.Int[0, LabelSamples.BatchRows], Gen.Int[0, 1], (batch, row, value) => (batch, row, (double)value)).Array[0, 6]
        select (step, sequence, day, labels);

    /// <summary>Any order of seals, labels, restarts and crashes gives what lists that forget nothing give, at the first try and after each restart.</summary>
    [Fact]
    public void AnyInterleaving_AgreesWithTheModel() => Steps.Array[1, 40].Sample(
        steps =>
        {
            var (index, model) = (new LabelIndex(), new LabelIndexModel());
            var (predictions, log) = (new List<PendingPredictions>(), new List<LabelRow>());
            foreach (var (step, sequence, day, labels) in steps)
            {
                switch (step)
                {
                    case Step.Join:
                        var joined = index.Join(AtOnce(LabelSamples.Labels(labels), day));
                        Assert.Equal(labels.Select(label => model.Join(label.Sequence, label.Row, (byte)label.Value, day)), joined.Select(row => row.Kind));
                        log.AddRange(joined);
                        break;
                    case Step.Seal:
                        Seal(sequence, batch => index.Register(batch));
                        break;
                    case Step.SealThenCrash:
                        Seal(sequence, _ =>
                        {
                            index = Restore(predictions, log);
                            return index.ReleaseSealed();
                        });
                        break;
                    default:
                        index = Restore(predictions, log);
                        Assert.Empty(index.ReleaseSealed());
                        break;
                }

                Assert.Equal(model.Expired, index.Expired);
            }

            void Seal(long sequence, Func<PendingPredictions, LabelRow[]> seal)
            {
                var batch = LabelSamples.Batch(sequence);
                if (!model.IsSealed(sequence))
                {
                    predictions.Add(batch);
                }

                var released = seal(batch);
                Assert.Equal(model.Seal(sequence), released.Select(row => (row.Row, row.Value, row.Kind)));
                Assert.All(released, row => Assert.Equal(sequence, row.Sequence));
                log.AddRange(released);
            }
        },
        iter: 2000);

    [Fact]
    public void Join_KnownPrediction_CarriesWhatItAnswers()
    {
        var index = new LabelIndex();
        index.Register(LabelSamples.Batch(1));

        var row = Assert.Single(index.Join(LabelSamples.Labels((1, 1, 1))));

        Assert.Equal((2, 0.2f, LabelSamples.Batch(1).EventTimes[1]), (row.Version, row.Probability, row.EventTime));
        Assert.Equal("b", index.WindowKey(row));
    }

    [Fact]
    public void Join_TooManyEarlyLabels_AreUnknownAndTheKeptOnesStay()
    {
        var index = new LabelIndex();
        index.Register(LabelSamples.Batch(1));
        for (var i = 0; i < LabelIndex.MaximumParked; i++)
        {
            Assert.Equal(LabelKind.Parked, index.Join(LabelSamples.Labels((2 + (i % 10), i / 10, 1)))[0].Kind);
        }

        Assert.Equal(LabelKind.Unknown, index.Join(LabelSamples.Labels((12, 0, 1)))[0].Kind);
        Assert.Equal(LabelKind.Repeated, index.Join(LabelSamples.Labels((2, 0, 1)))[0].Kind);
        Assert.Equal(LabelKind.First, index.Register(LabelSamples.Batch(2))[0].Kind);
        Assert.Equal(LabelKind.Parked, index.Join(LabelSamples.Labels((12, 0, 1)))[0].Kind);
    }

    [Fact]
    public void Join_IdsOfStrangers_FillOnlyTheirOwnAllowance()
    {
        const uint Stranger = 99;
        var index = new LabelIndex();
        index.Register(LabelSamples.Batch(1));
        for (var i = 0; i < LabelIndex.MaximumStrangers; i++)
        {
            Assert.Equal(LabelKind.Parked, index.Join(LabelSamples.LabelsOf(Stranger + (uint)(i % 3), (1, i, 1)))[0].Kind);
        }

        Assert.Equal(LabelKind.Unknown, index.Join(LabelSamples.LabelsOf(Stranger, (1, LabelIndex.MaximumStrangers, 1)))[0].Kind);
        Assert.Equal(LabelKind.Parked, index.Join(LabelSamples.Labels((2, 0, 1)))[0].Kind);

        Assert.NotEmpty(index.Register(LabelSamples.Batch(1, Stranger)));
        Assert.Equal(LabelKind.Parked, index.Join(LabelSamples.LabelsOf(Stranger + 1, (1, LabelIndex.MaximumStrangers, 1)))[0].Kind);
    }

    [Fact]
    public void Join_FarAheadOfTheLastBatch_IsUnknown()
    {
        var index = new LabelIndex();
        Assert.Equal(LabelKind.Unknown, index.Join(LabelSamples.Labels((LabelIndex.MaximumAhead + 1, 0, 1)))[0].Kind);

        index.Register(LabelSamples.Batch(1));

        Assert.Equal(LabelKind.Parked, index.Join(LabelSamples.Labels((LabelIndex.MaximumAhead + 1, 0, 1)))[0].Kind);
        Assert.Equal(LabelKind.Unknown, index.Join(LabelSamples.Labels((LabelIndex.MaximumAhead + 2, 0, 1)))[0].Kind);
    }

    [Fact]
    public void Join_OthersObservedAWeekLater_ForgetsAndCountsWhatStillWaits()
    {
        var index = new LabelIndex();
        index.Register(LabelSamples.Batch(1));
        index.Join(LabelSamples.Labels((2, 0, 1)));

        index.Join(LabelSamples.Labels((1, 0, 1)).Later(TimeSpan.FromDays(8)));

        Assert.Equal(1, index.Expired);
        Assert.Equal(LabelKind.Unknown, index.Join(LabelSamples.Labels((2, 0, 1)))[0].Kind);
        Assert.Empty(index.Register(LabelSamples.Batch(2)));
    }

    [Fact]
    public void Join_ObservedBeforeItsPrediction_IsUnknownBeyondWhatClocksDiffer()
    {
        var index = new LabelIndex();
        index.Register(LabelSamples.Batch(1));

        Assert.Equal(LabelKind.Unknown, index.Join(LabelSamples.Labels((1, 0, 1)).Later(TimeSpan.FromHours(-25)))[0].Kind);
        Assert.Equal(LabelKind.First, index.Join(LabelSamples.Labels((1, 0, 0)).Later(TimeSpan.FromHours(-23)))[0].Kind);
    }

    [Fact]
    public void Validate_WhatIsWrongInItself_IsRefusedByField()
    {
        var good = LabelSamples.Labels((1, 0, 1), (1, 1, 0));
        LabelRules.Validate(good, LabelSamples.Now);

        Refuse(good with { Values = [1] }, "labels", "1 values");
        Refuse(good with { ObservedAt = [LabelSamples.Now] }, "labels", "1 times");
        Refuse(good with { PredictionIds = [good.PredictionIds[0], "?"] }, "prediction_ids", "'?'");
        Refuse(good with { Values = [1, 0.5] }, "values", "0.5");
        Refuse(good with { Values = [double.NaN, 0] }, "values", "NaN");
        Refuse(good with { ObservedAt = [LabelSamples.Now, LabelSamples.Now.AddTicks(-10)] }, "observed_at", "Label 1");
        Refuse(good with { ObservedAt = [LabelSamples.Now, LabelSamples.Now.AddDays(2)] }, "observed_at", "ahead");

        static void Refuse(LabelBatch batch, string field, string word)
        {
            var error = Assert.Throws<InvalidInputException>(() => LabelRules.Validate(batch, LabelSamples.Now));
            Assert.Equal(field, error.Field);
            Assert.Contains(word, error.Message, StringComparison.Ordinal);
        }
    }

    private static LabelBatch AtOnce(LabelBatch batch, int day) =>
        batch with { ObservedAt = [.. batch.ObservedAt.Select(_ => LabelSamples.Now.AddDays(day).AddHours(1))] };

    private static LabelIndex Restore(List<PendingPredictions> predictions, List<LabelRow> log)
    {
        var index = new LabelIndex();
        predictions.ForEach(batch => index.Register(batch));
        log.ForEach(index.Restore);
        return index;
    }
}
