using CsCheck;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Models;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Tests.Models;

public sealed class ModelRegistryTests
{
    private static readonly string[] Aliases = ["champion", "challenger"];

    [Fact]
    public void Decide_RandomAliasHistories_BehaveLikeOneMapThatIsComparedAndSet() =>
        Gen.Select(Gen.Int[0, 1], Gen.Int[0, 4], Gen.Int[0, 4], Gen.Int[0, 30]).Array[0, 60].Sample(commands =>
        {
            var state = WithVersions(3);
            var model = new Dictionary<string, int>();
            var done = new Dictionary<string, (string Alias, int? From, int? To)>();
            var moves = 0;
            foreach (var (alias, expected, version, operation) in commands)
            {
                var command = Command(Aliases[alias], Optional(expected), Optional(version), $"op{operation}");
                var wanted = Expected(model, done, command);
                Type? error = null;
                try
                {
                    ModelRegistry.Apply(state, ModelRegistry.Decide(state, command, DateTimeOffset.UnixEpoch));
                }
                catch (MLOpsException refused)
                {
                    error = refused.GetType();
                }

                if (error != wanted)
                {
                    return false;
                }

                if (wanted is null && done.TryAdd(command.OperationId, (command.Alias, command.ExpectedVersion, command.Version)))
                {
                    moves += Current(model, command.Alias) == command.Version ? 0 : 1;
                    Set(model, command.Alias, command.Version);
                }
            }

            var info = ModelRegistry.Describe(state, new ModelKey("default", "m"))!;
            return info.Aliases.ToDictionary(a => a.Name, a => a.Version).OrderBy(a => a.Key).SequenceEqual(model.OrderBy(a => a.Key))
                && info.History.Length == moves
                && Replay(info.History).OrderBy(a => a.Key).SequenceEqual(model.OrderBy(a => a.Key));
        });

    [Fact]
    public void Decide_RefusedVersion_MayNotHaveAnAlias()
    {
        var state = WithVersions(1);
        var refused = ModelRegistry.Decide(state, Registration("op", passed: false), DateTimeOffset.UnixEpoch);
        ModelRegistry.Apply(state, refused, "op", "record");

        Assert.Equal((2, ModelVersionStatus.Refused), (refused.Version, refused.Status));
        Assert.Throws<FailedPreconditionException>(() => ModelRegistry.Decide(state, Command("champion", null, 2, "a"), DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public void FindRegistered_SameOperation_GivesItsVersionAndOtherWeightsAreRefused()
    {
        var state = WithVersions(2);

        Assert.Equal(2, ModelRegistry.FindRegistered(state, Registration("v2")));
        Assert.Null(ModelRegistry.FindRegistered(state, Registration("v3")));
        Assert.Throws<AlreadyExistsException>(
            () => ModelRegistry.FindRegistered(state, Registration("v2") with { Weights = new BlobRef { Digest = "other", Length = 1 } }));
    }

    [Theory]
    [InlineData("", "op")]
    [InlineData("a/b", "op")]
    [InlineData("champion", "")]
    public void Decide_WrongNames_AreRefused(string alias, string operation) =>
        Assert.Throws<InvalidInputException>(() => ModelRegistry.Decide(WithVersions(1), Command(alias, null, 1, operation), DateTimeOffset.UnixEpoch));

    [Fact]
    public void Apply_ManyMoves_KeepsABoundedHistory()
    {
        var state = WithVersions(2);
        int? current = null;
        for (var i = 0; i < ModelRegistry.RememberedOperations + 10; i++)
        {
            var next = 1 + (i % 2);
            ModelRegistry.Apply(state, ModelRegistry.Decide(state, Command("champion", current, next, $"op{i}"), DateTimeOffset.UnixEpoch));
            current = next;
        }

        Assert.Equal(ModelRegistry.LongestHistory, state.History.Count);
        Assert.Equal(ModelRegistry.RememberedOperations, state.Operations.Count);
        Assert.Equal(current, state.History[^1].To);
    }

    private static int? Optional(int number) => number == 0 ? null : number;

    /// <summary>What the plain map says a command must come to: null when it is carried out or was before.</summary>
    private static Type? Expected(Dictionary<string, int> model, Dictionary<string, (string Alias, int? From, int? To)> done, SetAlias command)
    {
        if (done.TryGetValue(command.OperationId, out var first))
        {
            return first == (command.Alias, command.ExpectedVersion, command.Version) ? null : typeof(AlreadyExistsException);
        }

        if (command.Version > 3)
        {
            return typeof(NotFoundException);
        }

        return Current(model, command.Alias) == command.ExpectedVersion ? null : typeof(FailedPreconditionException);
    }

    private static int? Current(Dictionary<string, int> model, string alias) => model.TryGetValue(alias, out var version) ? version : null;

    private static void Set(Dictionary<string, int> model, string alias, int? version)
    {
        if (version is { } number)
        {
            model[alias] = number;
        }
        else
        {
            model.Remove(alias);
        }
    }

    private static Dictionary<string, int> Replay(AliasChange[] history)
    {
        var model = new Dictionary<string, int>();
        foreach (var change in history)
        {
            Assert.Equal(change.From, Current(model, change.Alias));
            Set(model, change.Alias, change.To);
        }

        return model;
    }

    private static ModelState WithVersions(int count)
    {
        var state = new ModelState();
        for (var i = 1; i <= count; i++)
        {
            var version = ModelRegistry.Decide(state, Registration($"v{i}"), DateTimeOffset.UnixEpoch);
            ModelRegistry.Apply(state, version, $"v{i}", "record");
        }

        return state;
    }

    private static SetAlias Command(string alias, int? expected, int? version, string operation) =>
        new() { Model = "m", Alias = alias, ExpectedVersion = expected, Version = version, OperationId = operation };

    private static RegisterModelVersion Registration(string operation, bool passed = true) => new()
    {
        Model = "m",
        OperationId = operation,
        Onnx = new BlobRef { Digest = $"onnx {operation}", Length = 1 },
        Weights = new BlobRef { Digest = $"weights {operation}", Length = 1 },
        NetworkJson = "{}",
        Parity = new ParityRecord { Passed = passed },
    };
}
