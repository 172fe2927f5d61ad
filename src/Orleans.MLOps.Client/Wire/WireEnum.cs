using System.Runtime.CompilerServices;

namespace Orleans.MLOps.Client.Wire;

/// <summary>Enums that stand in requests by themselves.</summary>
internal static class WireEnum
{
    /// <summary>The same ordinal of the contract's enum.</summary>
    /// <exception cref="InvalidInputException">The number is unknown.</exception>
    public static TEnum Of<TWire, TEnum>(TWire value, string field)
        where TWire : unmanaged, Enum
        where TEnum : unmanaged, Enum
    {
        var target = Unsafe.BitCast<TWire, TEnum>(value);
        return Enum.IsDefined(target)
            ? target
            : throw new InvalidInputException($"{field} is {value}: {string.Join(", ", Enum.GetNames<TEnum>())} are allowed.", field);
    }
}
