namespace Orleans.MLOps;

/// <summary>Key of what lives on one silo: <c>silo/address</c>. The address names one life of the silo's process.</summary>
public readonly record struct SiloKey(string Address)
{
    /// <summary>Reads a key.</summary>
    /// <exception cref="InvalidInputException">The text is not such a key.</exception>
    public static SiloKey Parse(string key) => new(KeyText.Unescape(KeyText.Split(key, "silo", 2)[1]));

    /// <summary>The key as grains carry it.</summary>
    /// <exception cref="InvalidInputException">The address is empty or too long.</exception>
    public override string ToString() => $"silo/{KeyText.Escape(Address, "silo")}";
}
