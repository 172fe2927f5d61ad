namespace Orleans.MLOps.Statistics;

/// <summary>What all checkpoints share: a header of kind and version, compact counts, and readers that refuse impossible values.</summary>
internal static class StateFormat
{
    public static void WriteHeader(BinaryWriter writer, StateKind kind, byte version = 1)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write((byte)kind);
        writer.Write(version);
    }

    public static byte ReadHeader(BinaryReader reader, StateKind kind, byte newestVersion = 1)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var found = reader.ReadByte();
        if (found != (byte)kind)
            throw new InvalidDataException($"Expected the state of a {kind} (kind {(byte)kind}), found kind {found}.");
        var version = reader.ReadByte();
        if (version < 1 || version > newestVersion)
            throw new InvalidDataException($"{kind} state has version {version}; versions 1 to {newestVersion} can be read.");
        return version;
    }

    public static void WriteCount(BinaryWriter writer, long value) => writer.Write7BitEncodedInt64(value);

    public static long ReadCount(BinaryReader reader, string what, long min = 0, long max = long.MaxValue)
    {
        long value;
        try
        {
            value = reader.Read7BitEncodedInt64();
        }
        catch (FormatException e)
        {
            throw new InvalidDataException($"{what} is not a number in the stored form.", e);
        }
        Require(value >= min && value <= max, what, value, $"{min} to {max}");
        return value;
    }

    public static int ReadInt(BinaryReader reader, string what, int min, int max) => (int)ReadCount(reader, what, min, max);

    public static double ReadFinite(BinaryReader reader, string what, double min = double.MinValue, double max = double.MaxValue)
    {
        var value = reader.ReadDouble();
        Require(value >= min && value <= max, what, value, $"a finite number, {min} to {max}");
        return value;
    }

    public static void WriteFlag(BinaryWriter writer, bool value) => writer.Write(value);

    public static bool ReadFlag(BinaryReader reader, string what)
    {
        var value = reader.ReadByte();
        Require(value <= 1, what, value, "0 or 1");
        return value == 1;
    }

    /// <summary>UTF-16 units as they are, because UTF-8 would change lone surrogates.</summary>
    public static void WriteText(BinaryWriter writer, string text)
    {
        writer.Write7BitEncodedInt(text.Length);
        foreach (var unit in text)
            writer.Write((ushort)unit);
    }

    public static string ReadText(BinaryReader reader, string what, int maxLength)
    {
        var length = ReadInt(reader, what + " length", 0, maxLength);
        return string.Create(length, reader, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = (char)source.ReadUInt16();
        });
    }

    public static void Require(bool condition, string what, object given, string allowed)
    {
        if (!condition)
            throw new InvalidDataException($"{what} is {given} in the stored form; allowed: {allowed}.");
    }

    /// <summary>The sum of two counts, refused when a damaged checkpoint would make it overflow.</summary>
    public static long AddCounts(long a, long b, string what)
    {
        try
        {
            return checked(a + b);
        }
        catch (OverflowException e)
        {
            throw new InvalidDataException($"{what} overflows in the stored form ({a} + {b}).", e);
        }
    }
}
