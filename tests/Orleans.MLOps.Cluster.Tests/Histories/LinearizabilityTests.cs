using CsCheck;
using Orleans.MLOps.Cluster.Tests.Histories.Recording;
using Orleans.MLOps.Cluster.Tests.Histories.Registers;

namespace Orleans.MLOps.Cluster.Tests.Histories;

public sealed class LinearizabilityTests
{
    private const int Values = 4;

    [Fact]
    public void Explain_StaleReadAfterAcknowledgedWrite_Reports()
    {
        Assert.NotNull(Explain(Write(1, 2, 1), Read(3, 4, 0)));
    }

    [Fact]
    public void Explain_ReadOverlappingWrite_EitherValueIsRight()
    {
        Assert.Null(Explain(Write(1, 4, 1), Read(2, 3, 0)));
        Assert.Null(Explain(Write(1, 4, 1), Read(2, 3, 1)));
    }

    [Fact]
    public void Explain_ValueGoesBackBetweenTwoReads_Reports()
    {
        Assert.NotNull(Explain(Write(1, 6, 1), Read(2, 3, 1), Read(4, 5, 0)));
    }

    [Fact]
    public void Explain_UnknownWriteTakesEffectLater_IsRight()
    {
        Assert.Null(Explain(Write(1, 2, 1, OperationType.Info), Read(3, 4, 0), Read(5, 6, 1)));
    }

    [Fact]
    public void Explain_UnknownWriteSeenBeforeItsInvocation_Reports()
    {
        Assert.NotNull(Explain(Read(1, 2, 1), Write(3, 4, 1, OperationType.Info)));
    }

    [Fact]
    public void Explain_RefusedWriteIsSeen_Reports()
    {
        Assert.NotNull(Explain(Write(1, 2, 1, OperationType.Fail), Read(3, 4, 1)));
    }

    [Fact]
    public void Explain_TwoCompareAndSetsFromTheSameValueSucceed_Reports()
    {
        Assert.NotNull(Explain(Cas(1, 4, 0, 1), Cas(2, 3, 0, 2)));
        Assert.Null(Explain(Cas(1, 4, 0, 1), Cas(2, 3, 1, 2)));
    }

    [Fact]
    public void Explain_CompareAndSetRefusedThoughTheValueWasExpected_Reports()
    {
        Assert.NotNull(Explain(Write(1, 2, 1), Cas(3, 4, 1, 2, OperationType.Fail)));
        Assert.Null(Explain(Write(1, 2, 3), Cas(3, 4, 1, 2, OperationType.Fail)));
    }

    [Fact]
    public void Explain_LostWrite_Reports()
    {
        Assert.NotNull(Explain(Cas(1, 2, 0, 1), Cas(3, 4, 1, 2), Read(5, 6, 1)));
    }

    [Fact]
    public void Explain_ManyUnknownOperations_EndsSoon()
    {
        var unknown = Enumerable.Range(0, 300).Select(i => Cas(i, i, i % Values, (i + 1) % Values, OperationType.Info));
        Assert.Null(Linearizability.Explain([.. unknown, Read(1000, 1001, 3), Read(1002, 1003, 2)], 0));
        Assert.NotNull(Linearizability.Explain([.. unknown, Read(1000, 1001, 9)], 0));
    }

    [Fact]
    public void Explain_RealRegisterUnderRandomOverlap_IsRight() =>
        Histories.Sample(history => Assert.Null(Linearizability.Explain(history, 0)));

    /// <summary>A value that was never in the register cannot have been read; that this alone is wrong is certain in any history.</summary>
    [Fact]
    public void Explain_OneReadOfSomethingElse_Reports() =>
        Gen.Select(Histories, Gen.Int[0, int.MaxValue]).Sample((history, at) =>
        {
            var reads = history.Index().Where(entry => entry.Item is { Action: RegisterAction.Read, Type: OperationType.Ok }).ToArray();
            if (reads.Length > 0)
            {
                var (index, read) = reads[at % reads.Length];
                Assert.NotNull(Linearizability.Explain(history.Index().Select(entry => entry.Index == index ? read with { Value = Values + 1 } : entry.Item), 0));
            }
        });

    /// <summary>Without overlap and without unknown outcomes there is one order only, so every change of an answer is wrong.</summary>
    [Fact]
    public void Explain_SequentialHistoryWithOneOtherAnswer_Reports() =>
        Gen.Select(Draws, Gen.Int[0, int.MaxValue]).Sample((draws, at) =>
        {
            var history = Run(draws.Select(draw => draw with { Before = 0, After = 0, IsUnknown = false }));
            var answers = history.Index().Where(entry => entry.Item.Action != RegisterAction.Write).ToArray();
            if (answers.Length > 0)
            {
                var (index, operation) = answers[at % answers.Length];
                var mutated = operation.Action == RegisterAction.Read
                    ? operation with { Value = (operation.Value + 1) % Values }
                    : operation with { Type = operation.Type == OperationType.Ok ? OperationType.Fail : OperationType.Ok };
                Assert.NotNull(Linearizability.Explain(history.Index().Select(entry => entry.Index == index ? mutated : entry.Item), 0));
            }
        });

    private static Gen<Draw[]> Draws { get; } = Gen.Select(
        Gen.Enum<RegisterAction>(), Gen.Int[0, Values - 1], Gen.Int[0, Values - 1], Gen.Int[0, 40], Gen.Int[0, 40], Gen.Frequency((4, Gen.Const(false)), (1, Gen.Const(true))))
        .Select((action, expected, value, before, after, isUnknown) => new Draw(action, expected, value, before, after, isUnknown))
        .Array[0, 40];

    private static Gen<RegisterOperation[]> Histories { get; } = Draws.Select(Run);

    /// <summary>Applies operations to a register one by one, ten moments apart; each is invoked some time before and completes some time after.</summary>
    private static RegisterOperation[] Run(IEnumerable<Draw> draws)
    {
        var register = 0;
        var history = new List<RegisterOperation>();
        foreach (var (index, draw) in draws.Index())
        {
            var at = (index + 5) * 10;
            var type = OperationType.Ok;
            var value = draw.Value;
            switch (draw.Action)
            {
                case RegisterAction.Read:
                    value = register;
                    break;
                case RegisterAction.CompareAndSet when register != draw.Expected:
                    type = OperationType.Fail;
                    break;
                default:
                    register = draw.Value;
                    break;
            }

            history.Add(new(draw.Action, draw.IsUnknown ? OperationType.Info : type, at - draw.Before, at + draw.After + 1, draw.Expected, value));
        }

        return [.. history];
    }

    private static string? Explain(params RegisterOperation[] history) => Linearizability.Explain(history, 0);

    private static RegisterOperation Read(long invoked, long completed, int value) => new(RegisterAction.Read, OperationType.Ok, invoked, completed, 0, value);

    private static RegisterOperation Write(long invoked, long completed, int value, OperationType type = OperationType.Ok) =>
        new(RegisterAction.Write, type, invoked, completed, 0, value);

    private static RegisterOperation Cas(long invoked, long completed, int expected, int value, OperationType type = OperationType.Ok) =>
        new(RegisterAction.CompareAndSet, type, invoked, completed, expected, value);

    private sealed record Draw(RegisterAction Action, int Expected, int Value, int Before, int After, bool IsUnknown);
}
