using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Models;

/// <summary>How aliases may move. Pure: refusals are exceptions.</summary>
internal static class AliasRules
{
    /// <summary>Whether the command has an effect: false when it was carried out before.</summary>
    /// <exception cref="AlreadyExistsException">The operation id belongs to another command.</exception>
    public static bool IsNew(RegistryOperation? known, RegistryOperation asked, string operationId) => known is null
        || (known == asked
            ? false
            : throw new AlreadyExistsException($"Operation '{operationId}' {known}; it cannot do something else.", "operation_id"));

    /// <summary>Refuses a move that may not be; gates are asked afterwards.</summary>
    /// <param name="current">Where the alias points; null when it does not exist.</param>
    /// <param name="target">The status of the version to point to; null when there is none such.</param>
    /// <param name="command">The move.</param>
    /// <exception cref="NotFoundException">The version does not exist.</exception>
    /// <exception cref="FailedPreconditionException">The alias is elsewhere, or the version may not serve.</exception>
    public static void CheckMove(int? current, ModelVersionStatus? target, SetAlias command)
    {
        if (command.Version is { } version)
        {
            CheckTarget(target, command.Model, version);
        }

        if (!command.FromAnywhere && current != command.ExpectedVersion)
        {
            throw Elsewhere(command.Alias, command.Model, current, command.ExpectedVersion);
        }
    }

    /// <exception cref="FailedPreconditionException">The alias is elsewhere or nowhere.</exception>
    public static int CheckRollback(int? current, RollbackAlias command)
    {
        if (command.ExpectedVersion is { } expected && expected != current)
        {
            throw Elsewhere(command.Alias, command.Model, current, expected);
        }

        return current ?? throw new FailedPreconditionException(
            $"Alias '{command.Alias}' of model '{command.Model}' points to nothing; it cannot be rolled back.", "alias");
    }

    /// <exception cref="NotFoundException">The version does not exist.</exception>
    /// <exception cref="FailedPreconditionException">The version may not serve.</exception>
    public static void CheckTarget(ModelVersionStatus? status, string model, int version)
    {
        if (status is null)
        {
            throw new NotFoundException($"Model '{model}' has no version {version}.", "version");
        }

        if (status != ModelVersionStatus.Ready)
        {
            throw new FailedPreconditionException(
                $"Version {version} of model '{model}' was refused because its export failed parity; no alias may point to it.", "version");
        }
    }

    /// <summary>
    /// The latest earlier holder of an alias that can hold it again, or null. Moves stack up and a rollback takes what it undoes off the
    /// stack, so one rollback after another goes further back instead of to and fro.
    /// </summary>
    /// <param name="history">All moves, oldest first.</param>
    /// <param name="current">Where the alias points, or a version that does not count.</param>
    /// <param name="usable">Whether a version still exists and is ready.</param>
    public static int? PreviousHolder(IEnumerable<AliasHold> history, int current, Func<int, bool> usable)
    {
        var holders = new List<int>();
        foreach (var move in history)
        {
            if (move.Rollback && move.To is { } back && holders.LastIndexOf(back) is >= 0 and var place)
            {
                holders.RemoveRange(place + 1, holders.Count - place - 1);
            }
            else if (move.To is { } next)
            {
                holders.Add(next);
            }
        }

        for (var i = holders.Count - 1; i >= 0; i--)
        {
            if (holders[i] != current && usable(holders[i]))
            {
                return holders[i];
            }
        }

        return null;
    }

    public static string Name(int? version) => version is { } number ? $"version {number}" : "nothing";

    private static FailedPreconditionException Elsewhere(string alias, string model, int? current, int? expected) => new(
        $"Alias '{alias}' of model '{model}' points to {Name(current)}, not to {Name(expected)} as expected.", "expected_version");
}
