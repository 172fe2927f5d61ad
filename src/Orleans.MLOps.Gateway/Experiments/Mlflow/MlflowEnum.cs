using System.Globalization;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>An enum of MLflow's messages: its names in the order of their numbers, which start at 1. Requests may have either.</summary>
internal sealed class MlflowEnum<T>(params (string Name, T Value)[] members)
    where T : struct
{
    /// <summary>The field's value; null when it is not given or empty.</summary>
    /// <exception cref="InvalidInputException">The field is neither a name nor a number of the enum.</exception>
    public T? Read(MlflowFields fields, string name)
    {
        if (fields.NameOrNumber(name) is not { Length: > 0 } given)
        {
            return null;
        }

        var i = int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number - 1
            : Array.FindIndex(members, member => string.Equals(member.Name, given, StringComparison.OrdinalIgnoreCase));
        return i >= 0 && i < members.Length ? members[i].Value : throw new InvalidInputException(
            $"Invalid value '{given}' for parameter '{name}' supplied: {string.Join(", ", members.Select((member, at) => $"{member.Name} ({at + 1})"))} are allowed.", name);
    }

    public string NameOf(T value) => Array.Find(members, member => EqualityComparer<T>.Default.Equals(member.Value, value)).Name;
}
