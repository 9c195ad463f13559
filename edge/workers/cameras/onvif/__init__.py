"""What we ask an ONVIF camera: who is there, what is it, what time has it, which streams; set its clock, hide areas.

Fixed SOAP messages over the standard library instead of a WSDL engine: docs/design/choices.md says why.
"""
