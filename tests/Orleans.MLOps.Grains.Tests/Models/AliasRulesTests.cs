using CsCheck;
using Orleans.MLOps.Grains.Models;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Tests.Models;

public sealed class AliasRulesTests
{
    [Fact]
    public void PreviousHolder_MovesThenRollbacks_GoesBackThroughTheStackOfMoves() =>
        Gen.Int[1, 5].Array[1, 30].Sample(targets =>
        {
            // Moves to where the alias is already are no moves.
            var moves = targets.Where((target, i) => i == 0 || target != targets[i - 1]).ToArray();
            List<AliasHold> history = [.. moves.Select((target, i) => new AliasHold(i == 0 ? null : moves[i - 1], target, false))];
            var stack = new Stack<int>(moves);
            while (true)
            {
                var current = stack.Pop();
                while (stack.TryPeek(out var below) && below == current)
                {
                    stack.Pop();
                }

                var expected = stack.TryPeek(out var holder) ? holder : (int?)null;
                var found = AliasRules.PreviousHolder(history, current, _ => true);

                // A version that was held several times may be cut off at its latest place only.
                if (found != expected)
                {
                    return false;
                }

                if (found is not { } back)
                {
                    return true;
                }

                history.Add(new AliasHold(current, back, true));
            }
        });

    [Fact]
    public void PreviousHolder_DeletedOrRefusedHolders_AreSkipped()
    {
        AliasHold[] history = [new(null, 1, false), new(1, 2, false), new(2, 3, false)];

        Assert.Equal(1, AliasRules.PreviousHolder(history, 3, version => version != 2));
        Assert.Null(AliasRules.PreviousHolder(history, 3, version => version == 3));
    }

    [Fact]
    public void PreviousHolder_AliasWasRemovedInBetween_FindsTheHolderBefore()
    {
        AliasHold[] history = [new(null, 1, false), new(1, null, false), new(null, 2, false)];

        Assert.Equal(1, AliasRules.PreviousHolder(history, 2, _ => true));
    }

    [Fact]
    public void CheckMove_AliasElsewhere_IsRefusedUnlessFromAnywhere()
    {
        Assert.Throws<FailedPreconditionException>(() => AliasRules.CheckMove(2, ModelVersionStatus.Ready, Command(null, 3)));
        Assert.Throws<FailedPreconditionException>(() => AliasRules.CheckMove(null, ModelVersionStatus.Ready, Command(2, 3)));
        AliasRules.CheckMove(2, ModelVersionStatus.Ready, Command(2, 3));
        AliasRules.CheckMove(2, ModelVersionStatus.Ready, Command(null, 3) with { FromAnywhere = true });
        AliasRules.CheckMove(2, null, Command(2, null));
    }

    [Fact]
    public void CheckMove_UnknownOrRefusedVersion_IsRefused()
    {
        Assert.Throws<NotFoundException>(() => AliasRules.CheckMove(null, null, Command(null, 1)));
        Assert.Throws<FailedPreconditionException>(() => AliasRules.CheckMove(null, ModelVersionStatus.Refused, Command(null, 1)));
    }

    [Fact]
    public void IsNew_SameOperation_IsARepeatAndAnotherCommandIsRefused()
    {
        var move = RegistryOperation.Move("champion", 1, 2);

        Assert.True(AliasRules.IsNew(null, move, "op"));
        Assert.False(AliasRules.IsNew(RegistryOperation.Move("champion", 1, 2), move, "op"));
        Assert.Throws<AlreadyExistsException>(() => AliasRules.IsNew(RegistryOperation.Move("champion", 1, 3), move, "op"));
        Assert.Throws<AlreadyExistsException>(() => AliasRules.IsNew(RegistryOperation.Rollback("champion", 1, 2), move, "op"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("a\u0301")]
    [InlineData("\ud800")]
    [InlineData("latest")]
    [InlineData("LATEST")]
    [InlineData("v1")]
    [InlineData("V23")]
    public void CheckAlias_WrongNames_AreRefused(string alias) =>
        Assert.Equal("alias", Assert.Throws<InvalidInputException>(() => ModelRules.CheckAlias(alias)).Field);

    [Theory]
    [InlineData("v")]
    [InlineData("größte")]
    [InlineData("冠軍_2")]
    [InlineData("\U00010400")]
    [InlineData("v1a")]
    [InlineData("latest-1")]
    [InlineData("champion_2")]
    public void CheckAlias_AllowedNames_Pass(string alias) => ModelRules.CheckAlias(alias);

    private static SetAlias Command(int? expected, int? version) =>
        new() { Model = "m", Alias = "champion", ExpectedVersion = expected, Version = version, OperationId = "op" };
}
